import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationProtocolVersion,
  ApplicationTargetGroup,
  ListenerCondition,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Annotations, Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, GRPC_PORT } from '../core';
import type { BoundExposure } from './bound-exposure';
import { forwardTo } from './delivery/forward';
import { shiftsRequests } from './delivery/shift';
import type { Network } from './network';
import { drainSeconds } from './task-limits';

/** What callers may ask; reflection is for those inside the VPC. */
export const GRPC_PATHS = ['/inference.GRPCInferenceService/*', '/grpc.health.v1.Health/*'];
/** Answers OK when the replica is ready and UNAVAILABLE otherwise: load balancers read the status, not the message. */
const READY_METHOD = '/inferstack.Readiness/Check';
const OK = '0';

/** How gRPC requests reach the replicas. */
export interface GrpcEdge {
  readonly targetGroup: ApplicationTargetGroup;
  /** The second one, when ECS moves requests between two. */
  readonly alternateTargetGroup: ApplicationTargetGroup | undefined;
  readonly listenerRule: ApplicationListenerRule;
}

/** A second way in, beside that of HTTP; undefined when the endpoint does not speak gRPC. */
export function createGrpcEdge(
  scope: Construct,
  plan: EndpointPlan,
  { vpc }: Network,
  { listener, grpcRule }: BoundExposure,
): GrpcEdge | undefined {
  if (!plan.runtime.grpc) return undefined;
  const targetGroup = createTargetGroup(scope, plan, vpc, 'GrpcTargetGroup');
  const alternateTargetGroup = shiftsRequests(plan)
    ? createTargetGroup(scope, plan, vpc, 'GreenGrpcTargetGroup')
    : undefined;
  const listenerRule = new ApplicationListenerRule(scope, 'GrpcListenerRule', {
    listener,
    priority: grpcRule!.priority,
    conditions: [...grpcRule!.conditions, ListenerCondition.pathPatterns(GRPC_PATHS)],
    action: forwardTo(targetGroup, alternateTargetGroup),
  });
  warnAboutScaling(scope, plan);
  warnAboutRollout(scope, plan);
  return { targetGroup, alternateTargetGroup, listenerRule };
}

function createTargetGroup(
  scope: Construct,
  plan: EndpointPlan,
  vpc: IVpc,
  id: string,
): ApplicationTargetGroup {
  return new ApplicationTargetGroup(scope, id, {
    vpc,
    port: GRPC_PORT,
    protocol: ApplicationProtocol.HTTP,
    protocolVersion: ApplicationProtocolVersion.GRPC,
    targetType: TargetType.IP,
    deregistrationDelay: Duration.seconds(drainSeconds(plan)),
    loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    healthCheck: {
      path: READY_METHOD,
      healthyGrpcCodes: OK,
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
}

function warnAboutScaling(scope: Construct, { scaling }: EndpointPlan): void {
  if (scaling.requestsPerReplica === null) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:grpcRequestsNotCounted',
    'scaling.requestsPerReplica counts requests over HTTP alone; replicas busy with gRPC are added by their CPU. ' +
      'Acknowledge this when that is meant.',
  );
}

function warnAboutRollout(scope: Construct, plan: EndpointPlan): void {
  if (!shiftsRequests(plan)) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:grpcNotWatched',
    'The alarms and gates of the rollout see requests over HTTP alone: a new version that fails over gRPC alone is not ' +
      'brought back. Acknowledge this when that is meant.',
  );
}
