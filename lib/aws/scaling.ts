import type { FargateService, ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import type { EndpointPlan } from '../core';
import { scaleOnRequests } from './delivery/request-scaling';

interface TargetGroups {
  readonly targetGroup: ApplicationTargetGroup;
  readonly alternateTargetGroup: ApplicationTargetGroup | undefined;
}

/** Adds and removes replicas on CPU and, when asked for, on requests; the policy that wants more wins. */
export function createScaling(
  service: FargateService,
  { targetGroup, alternateTargetGroup: green }: TargetGroups,
  { scaling }: EndpointPlan,
): ScalableTaskCount {
  const count = service.autoScaleTaskCount({
    minCapacity: scaling.minReplicas,
    maxCapacity: scaling.maxReplicas,
  });
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = scaling;
  const cooldowns = {
    scaleOutCooldown: Duration.seconds(scaleOutCooldownSeconds),
    scaleInCooldown: Duration.seconds(scaleInCooldownSeconds),
  };
  count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent, ...cooldowns });
  if (scaling.requestsPerReplica === null) return count;
  // Load balancers count by the minute.
  const requestsPerTarget = scaling.requestsPerReplica * 60;
  if (green === undefined) {
    count.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup, ...cooldowns });
    return count;
  }
  scaleOnRequests(
    count,
    { blue: targetGroup, green },
    {
      requestsPerTarget,
      scaleOutCooldown: scaleOutCooldownSeconds,
      scaleInCooldown: scaleInCooldownSeconds,
    },
  );
  return count;
}
