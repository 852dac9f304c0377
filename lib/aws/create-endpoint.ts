import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, modelNames } from '../core';
import { createDeploymentAlarms, createUnhealthyAlarm } from './alarms';
import { createCluster } from './capacity';
import { createDashboard } from './dashboard';
import { createEdge } from './edge';
import { TrafficMetrics } from './endpoint-metrics';
import type { Exposure } from './exposure';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { type FargateAlarms, FargateNative } from './fargate-native';
import { warnIfStoresUnreachable } from './feature-stores';
import { ModelMetrics } from './model-metrics';
import type { Network } from './network';
import { bakePeriods } from './rollout-times';
import { warnIfSecretsUnreachable } from './runtime-secrets';
import { createScaling } from './scaling';
import { createService } from './service';
import { warnIfUnreachable } from './vpc-endpoints';
import { createWorkload } from './workload';

export interface EndpointContext {
  readonly plan: EndpointPlan;
  readonly options: FargateEndpointOptions;
  readonly exposure: Exposure;
  readonly network: Network;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createEndpoint(scope: Construct, context: EndpointContext): BoundEndpoint<FargateNative> {
  const { plan, options, network } = context;
  warnIfUnreachable(scope, network);
  warnIfStoresUnreachable(scope, plan, network);
  warnIfSecretsUnreachable(scope, plan, network);
  const { config, ...workload } = createWorkload(scope, context);
  const { source, ...edge } = createEdge(scope, context);
  const { targetGroup, grpc } = edge;

  const alarmContext = {
    plan,
    traffic: new TrafficMetrics(source),
    options: options.alarms,
    // ECS looks back as long as the bake is meant to take.
    windows: (seconds: number) => bakePeriods(plan.rollout.bakeSeconds, seconds),
  };
  const deploymentAlarms = createDeploymentAlarms(scope, alarmContext);
  const cluster = options.cluster ?? createCluster(scope, options);
  const service = createService(scope, {
    ...{ plan, options, network, cluster, targetGroup, grpcTargetGroup: grpc?.targetGroup },
    task: workload,
    deploymentAlarms: existing(deploymentAlarms),
  });
  const alarms = { ...deploymentAlarms, unhealthy: createUnhealthyAlarm(scope, alarmContext, service) };
  const scaling = createScaling(service, targetGroup, plan);
  const models = modelNames(plan.models);
  const model = new ModelMetrics({ endpoint: plan.name, models });
  const dashboard = plan.monitoring.dashboard
    ? createDashboard(scope, {
        traffic: alarmContext.traffic,
        model,
        modelNames: models,
        service: { cluster: cluster.clusterName, service: service.serviceName },
        alarms: existing(alarms),
        logGroup: workload.logGroup,
      })
    : undefined;

  const native = new FargateNative(
    { ...workload, ...edge, cluster, service, alarms, scaling, dashboard },
    source,
    model,
  );
  new CfnOutput(scope, 'Url', { value: native.url, description: `Address of ${plan.name}` });
  return { native, runtimeConfig: config, defaultChild: service };
}

function existing(alarms: Partial<FargateAlarms>) {
  return Object.values(alarms).filter((alarm) => alarm !== undefined);
}
