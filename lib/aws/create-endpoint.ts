import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, modelNames } from '../core';
import { createDeploymentAlarms, createUnhealthyAlarm } from './alarms';
import { createCluster } from './capacity';
import { createDashboard } from './dashboard';
import { createDelivery } from './delivery/create-delivery';
import { shiftsRequests } from './delivery/shift';
import { createShiftAlarms, type ShiftAlarms } from './delivery/shift-alarms';
import { createEdge } from './edge';
import { TrafficMetrics, type TrafficSource } from './endpoint-metrics';
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
  const edge = createEdge(scope, context);
  const { targetGroup, grpc, source } = edge;
  const delivery = createDelivery(scope, context, edge);

  const traffic = new TrafficMetrics(source);
  const { errors, latency, all } = createAlarms(scope, context, source, workload.logGroup);
  const cluster = options.cluster ?? createCluster(scope, options);
  const service = createService(scope, {
    ...{ plan, options, network, cluster, targetGroup, grpcTargetGroup: grpc?.targetGroup, delivery },
    task: workload,
    deploymentAlarms: [...all, ...(options.rollbackAlarms ?? [])],
  });
  const unhealthy = createUnhealthyAlarm(scope, { plan, options: options.alarms, traffic }, service);
  const alarms: FargateAlarms = { errors, latency, unhealthy, rollback: all };
  const scaling = createScaling(service, edge, plan);
  const models = modelNames(plan.models);
  const model = new ModelMetrics({ endpoint: plan.name, models });
  const dashboard = plan.monitoring.dashboard
    ? createDashboard(scope, {
        traffic,
        model,
        modelNames: models,
        service: { cluster: cluster.clusterName, service: service.serviceName },
        alarms: [...all, unhealthy],
        logGroup: workload.logGroup,
      })
    : undefined;

  const native = new FargateNative(
    { ...workload, ...edge, delivery, cluster, service, alarms, scaling, dashboard },
    source,
    model,
  );
  new CfnOutput(scope, 'Url', { value: native.url, description: `Address of ${plan.name}` });
  return { native, runtimeConfig: config, defaultChild: service };
}

/** The alarms that bring the old version back. */
function createAlarms(
  scope: Construct,
  { plan, options }: EndpointContext,
  source: TrafficSource,
  logGroup: LogGroup,
): ShiftAlarms {
  const context = { plan, options: options.alarms };
  if (shiftsRequests(plan)) return createShiftAlarms(scope, context, source, logGroup);
  const { errors, latency } = createDeploymentAlarms(scope, {
    ...context,
    traffic: new TrafficMetrics(source),
    // ECS looks back as long as the bake is meant to take.
    windows: (seconds: number) => bakePeriods(plan.rollout.bakeSeconds, seconds),
  });
  return { errors, latency, all: [errors, latency].filter((alarm) => alarm !== undefined) };
}
