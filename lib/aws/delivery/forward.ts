import { type ApplicationTargetGroup, ListenerAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/**
 * Where a rule leads. With two target groups ECS moves the requests by rewriting the weights, so these are where it
 * begins, and the rule must never change: CloudFormation would put the weights back and with them the requests on
 * whichever version is in blue (https://github.com/aws/aws-cdk/issues/36649).
 */
export function forwardTo(
  blue: ApplicationTargetGroup,
  green: ApplicationTargetGroup | undefined,
): ListenerAction {
  if (green === undefined) return ListenerAction.forward([blue]);
  return ListenerAction.weightedForward([
    { targetGroup: blue, weight: 100 },
    { targetGroup: green, weight: 0 },
  ]);
}
