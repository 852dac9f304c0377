import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, INFERENCE_PORT } from '../core';
import { enableAccessLogs } from './access-logs';
import type { ExposureContext } from './bound-exposure';
import type { Network } from './network';
import { drainSeconds } from './task-limits';

/** Default of load balancers; raised when a request may take longer. */
const IDLE_SECONDS = 60;

export function createLoadBalancer(
  scope: Construct,
  { network, options, name, requestTimeoutMs }: ExposureContext,
  { internetFacing }: { readonly internetFacing: boolean },
): ApplicationLoadBalancer {
  const { deletion = true, webAcl, accessLogs } = options.protection ?? {};
  const loadBalancer = new ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc: network.vpc,
    vpcSubnets:
      network.options.loadBalancerSubnets ??
      (internetFacing
        ? { subnetType: SubnetType.PUBLIC }
        : (network.options.subnets ?? network.privateSubnets)),
    internetFacing,
    deletionProtection: deletion,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: DesyncMitigationMode.STRICTEST,
    // Longer than the runtime's own limit, so that clients get its 504 and not the load balancer's.
    idleTimeout: Duration.seconds(Math.max(IDLE_SECONDS, Math.ceil(requestTimeoutMs / 1000) + 5)),
  });
  if (accessLogs !== undefined) enableAccessLogs(loadBalancer, accessLogs, name);
  webAcl?.bind(scope, loadBalancer.loadBalancerArn);
  return loadBalancer;
}

/**
 * The replicas as the load balancer sees them. No slow start: it excludes least outstanding requests, which keeps
 * traffic away from a replica that is still slow just as well.
 */
export function createTargetGroup(
  scope: Construct,
  plan: EndpointPlan,
  { vpc }: Network,
  id = 'TargetGroup',
): ApplicationTargetGroup {
  return new ApplicationTargetGroup(scope, id, {
    vpc,
    port: INFERENCE_PORT,
    protocol: ApplicationProtocol.HTTP,
    targetType: TargetType.IP,
    deregistrationDelay: Duration.seconds(drainSeconds(plan)),
    loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    healthCheck: {
      path: '/v2/health/ready',
      healthyHttpCodes: '200',
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
}
