import type { FargateService, ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import type { EndpointPlan } from '../core';

/** Adds and removes replicas on CPU and, when asked for, on requests; the policy that wants more wins. */
export function createScaling(
  service: FargateService,
  targetGroup: ApplicationTargetGroup,
  { scaling }: EndpointPlan,
): ScalableTaskCount {
  const count = service.autoScaleTaskCount({
    minCapacity: scaling.minReplicas,
    maxCapacity: scaling.maxReplicas,
  });
  const cooldowns = {
    scaleOutCooldown: Duration.seconds(scaling.scaleOutCooldownSeconds),
    scaleInCooldown: Duration.seconds(scaling.scaleInCooldownSeconds),
  };
  count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent, ...cooldowns });
  if (scaling.requestsPerReplica !== null) {
    // ALBRequestCountPerTarget counts per minute.
    const requestsPerTarget = scaling.requestsPerReplica * 60;
    count.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup, ...cooldowns });
  }
  return count;
}
