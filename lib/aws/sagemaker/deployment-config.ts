import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import type { EndpointPlan, RolloutStrategy } from '../../core';

/** Largest share of the instances that are replaced at once. */
const BATCH_PERCENT = 50;
/** Batches at most: of an odd number of instances, one is left after two halves. */
const BATCHES = Math.ceil(100 / BATCH_PERCENT) + 1;
/** Time for instances to come, before model and container are started. */
const PROVISION_SECONDS = 600;

type UpdatePolicy = Pick<
  CfnEndpoint.DeploymentConfigProperty,
  'rollingUpdatePolicy' | 'blueGreenUpdatePolicy'
>;

/** How each strategy is said to SageMaker. What is not here is refused. */
const POLICIES: Readonly<Partial<Record<RolloutStrategy, (plan: EndpointPlan) => UpdatePolicy>>> = {
  // A half of one instance is none: then a new one takes over from it.
  rolling: (plan) => (plan.scaling.minReplicas > 1 ? byBatches(plan) : atOnce(plan)),
  canary: (plan) => byShares(plan, 'CANARY', 'canarySize'),
  linear: (plan) => byShares(plan, 'LINEAR', 'linearStepSize'),
  blueGreen: atOnce,
  allAtOnce: atOnce,
};

/** What SageMaker can do by itself. */
export const STRATEGIES = Object.keys(POLICIES) as RolloutStrategy[];

/** How a new version takes over: always with the alarms that bring the old one back, which does nothing without them. */
export function deploymentConfig(
  plan: EndpointPlan,
  alarms: readonly Alarm[],
): CfnEndpoint.DeploymentConfigProperty {
  return {
    autoRollbackConfiguration: { alarms: alarms.map(({ alarmName }) => ({ alarmName })) },
    ...POLICIES[plan.rollout.strategy]!(plan),
  };
}

function byBatches({ rollout }: EndpointPlan): UpdatePolicy {
  return {
    rollingUpdatePolicy: {
      // A share, since autoscaling decides how many there are.
      maximumBatchSize: { type: 'CAPACITY_PERCENT', value: BATCH_PERCENT },
      waitIntervalInSeconds: rollout.bakeSeconds,
      maximumExecutionTimeoutInSeconds: BATCHES * batchSeconds(rollout),
    },
  };
}

/** A share of the instances takes requests, then as many more, until all do: each time watched. */
function byShares(
  plan: EndpointPlan,
  type: 'CANARY' | 'LINEAR',
  size: 'canarySize' | 'linearStepSize',
): UpdatePolicy {
  const [step] = plan.rollout.steps;
  return {
    blueGreenUpdatePolicy: {
      trafficRoutingConfiguration: {
        type,
        [size]: { type: 'CAPACITY_PERCENT', value: step!.percent },
        waitIntervalInSeconds: step!.holdSeconds,
      },
      maximumExecutionTimeoutInSeconds: shiftSeconds(plan),
    },
  };
}

/** Time for a whole deployment that moves requests: start, each wait, and one more after the last. */
export function shiftSeconds({ rollout }: EndpointPlan): number {
  const waits = rollout.steps.reduce((sum, { holdSeconds }) => sum + holdSeconds, 0);
  return PROVISION_SECONDS + rollout.timeoutSeconds + waits + (rollout.steps[0]?.holdSeconds ?? 0);
}

/** No wait before the old instance goes: it has had no traffic for the bake, which is longer than any request. */
function atOnce({ rollout }: EndpointPlan): UpdatePolicy {
  return {
    blueGreenUpdatePolicy: {
      trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: rollout.bakeSeconds },
      maximumExecutionTimeoutInSeconds: batchSeconds(rollout),
    },
  };
}

/** Within SageMaker's 600 to 28800 s for a whole deployment, whatever times `checkRollout` lets through. */
function batchSeconds({ timeoutSeconds, bakeSeconds }: EndpointPlan['rollout']): number {
  return PROVISION_SECONDS + timeoutSeconds + bakeSeconds;
}
