import { CfnScalingPolicy, type ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Names } from 'aws-cdk-lib/core';

export interface RequestTracking {
  readonly requestsPerTarget: number;
  readonly scaleOutCooldown: number;
  readonly scaleInCooldown: number;
}

/**
 * Follows the requests of both target groups together. The ready-made metric ALBRequestCountPerTarget looks at one, and
 * sees nothing when the requests have moved to the other.
 */
export function scaleOnRequests(
  count: ScalableTaskCount,
  groups: { readonly blue: ApplicationTargetGroup; readonly green: ApplicationTargetGroup },
  { requestsPerTarget, ...cooldowns }: RequestTracking,
): void {
  const { scalableTargetId } = count.node.findChild('Target') as ScalableTarget;
  new CfnScalingPolicy(count, 'Requests', {
    policyName: `${Names.uniqueId(count)}Requests`,
    policyType: 'TargetTrackingScaling',
    scalingTargetId: scalableTargetId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: requestsPerTarget,
      ...cooldowns,
      customizedMetricSpecification: {
        metrics: [
          {
            id: 'requests',
            expression: 'FILL(blue, 0) + FILL(green, 0)',
            label: 'Requests per minute and replica',
            returnData: true,
          },
          perTarget('blue', groups.blue),
          perTarget('green', groups.green),
        ],
      },
    },
  });
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
function perTarget(
  id: string,
  { targetGroupFullName }: ApplicationTargetGroup,
): CfnScalingPolicy.TargetTrackingMetricDataQueryProperty {
  return {
    id,
    returnData: false,
    metricStat: {
      stat: 'Sum',
      metric: {
        namespace: 'AWS/ApplicationELB',
        metricName: 'RequestCountPerTarget',
        dimensions: [{ name: 'TargetGroup', value: targetGroupFullName }],
      },
    },
  };
}
