import type { RuntimeConfig } from '@inferstack/runtime/contract';
import {
  ApplicationListenerRule,
  type ApplicationTargetGroup,
  ListenerAction,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, runtimeConfig } from '../core';
import { createDeploymentAlarms, createUnhealthyAlarm } from './alarms';
import type { BoundExposure } from './bound-exposure';
import { createCluster } from './capacity';
import { createDashboard } from './dashboard';
import { TrafficMetrics } from './endpoint-metrics';
import type { Exposure } from './exposure';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { FargateNative } from './fargate-native';
import { createTargetGroup } from './load-balancer';
import { createLogGroup } from './log-group';
import { createModelArtifact, grantReadModel } from './model-artifact';
import type { Network } from './network';
import { createRoles, type Roles } from './roles';
import { runtimeContainerImage } from './runtime-container-image';
import { createScaling } from './scaling';
import { createService } from './service';
import { createTask, type Task } from './task';
import { warnIfUnreachable } from './vpc-endpoints';

interface Context {
  readonly plan: EndpointPlan;
  readonly options: FargateEndpointOptions;
  readonly exposure: Exposure;
  readonly network: Network;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createEndpoint(scope: Construct, context: Context): BoundEndpoint<FargateNative> {
  const { plan, options, network } = context;
  warnIfUnreachable(scope, network);
  const workload = createWorkload(scope, context);
  const edge = createEdge(scope, context);
  const traffic = {
    loadBalancer: edge.targetGroup.firstLoadBalancerFullName,
    targetGroup: edge.targetGroup.targetGroupFullName,
    ownsLoadBalancer: edge.exposure.ownsLoadBalancer,
  };
  const alarmContext = { plan, traffic: new TrafficMetrics(traffic), options: options.alarms };
  const deploymentAlarms = createDeploymentAlarms(scope, alarmContext);
  const cluster = options.cluster ?? createCluster(scope, options);
  const service = createService(scope, {
    plan,
    options,
    cluster,
    network,
    task: workload.task,
    targetGroup: edge.targetGroup,
    deploymentAlarms: Object.values(deploymentAlarms).filter((alarm) => alarm !== undefined),
  });
  const alarms = { ...deploymentAlarms, unhealthy: createUnhealthyAlarm(scope, alarmContext, service) };
  const native = new FargateNative(
    {
      url: edge.exposure.url,
      cluster,
      service,
      taskDefinition: workload.task.definition,
      container: workload.task.container,
      loadBalancer: edge.exposure.loadBalancer,
      listener: edge.exposure.listener,
      listenerRule: edge.rule,
      targetGroup: edge.targetGroup,
      logGroup: workload.logGroup,
      alarms,
      dashboard: plan.monitoring.dashboard
        ? createDashboard(scope, {
            traffic: alarmContext.traffic,
            service: { cluster: cluster.clusterName, service: service.serviceName },
            alarms: Object.values(alarms).filter((alarm) => alarm !== undefined),
            logGroup: workload.logGroup,
          })
        : undefined,
      taskRole: workload.roles.task,
      executionRole: workload.roles.execution,
      modelAsset: workload.modelAsset,
      scaling: createScaling(service, edge.targetGroup, plan),
    },
    traffic,
  );
  new CfnOutput(scope, 'Url', { value: native.url, description: `Address of ${plan.name}` });
  return { native, runtimeConfig: workload.config, defaultChild: service };
}

interface Workload {
  readonly modelAsset: Asset;
  readonly config: RuntimeConfig;
  readonly roles: Roles;
  readonly logGroup: LogGroup;
  readonly task: Task;
}

/** What a replica is: model, image, configuration, rights. */
function createWorkload(scope: Construct, { plan, options }: Context): Workload {
  const modelAsset = createModelArtifact(scope, plan.model);
  const config = runtimeConfig(plan, { modelUri: modelAsset.s3ObjectUrl });
  const roles = createRoles(scope, options.roles);
  grantReadModel(modelAsset, roles.task);
  const logGroup = createLogGroup(scope, plan, options.protection);
  const { image } = plan.runtime;
  const task = createTask(scope, {
    plan,
    runtimeConfig: config,
    image: runtimeContainerImage(scope, image, plan.resources.architecture, options.registryCredentials),
    roles,
    logGroup,
  });
  return { modelAsset, config, roles, logGroup, task };
}

interface Edge {
  readonly exposure: BoundExposure;
  readonly targetGroup: ApplicationTargetGroup;
  readonly rule: ApplicationListenerRule;
}

/** How requests reach the replicas: only the inference port is ever registered. */
function createEdge(scope: Construct, { plan, options, exposure, network }: Context): Edge {
  const bound = exposure.bind(scope, {
    network,
    options,
    name: plan.name,
    requestTimeoutMs: plan.runtime.requestTimeoutMs,
  });
  const targetGroup = createTargetGroup(scope, plan, network);
  const rule = new ApplicationListenerRule(scope, 'ListenerRule', {
    listener: bound.listener,
    priority: bound.rule.priority,
    conditions: [...bound.rule.conditions],
    action: ListenerAction.forward([targetGroup]),
  });
  return { exposure: bound, targetGroup, rule };
}
