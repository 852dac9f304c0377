import type { Problem } from '@inferstack/runtime/contract';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import { type EndpointPlan, isUnresolved, type RolloutStrategy, refusedRolloutProblems } from '../../core';

/**
 * Bounds of times, seconds. Sources: RollingUpdatePolicy, TrafficRoutingConfig and ProductionVariant in
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/
 */
const MAX_BAKE_SECONDS = 3600;
const MAX_START_SECONDS = 3600;
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
};

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

/** Refuses strategies and times that SageMaker does not know. */
export function checkRollout(plan: EndpointPlan): Problem[] {
  return [...refusedRolloutProblems(plan), ...checkTimes(plan), ...checkWindows(plan)];
}

function checkTimes({ path, rollout }: EndpointPlan): Problem[] {
  const bounds = [
    ['bake', rollout.bakeSeconds, MAX_BAKE_SECONDS],
    ['timeout', rollout.timeoutSeconds, MAX_START_SECONDS],
  ] as const;
  return bounds
    .filter(([, seconds, most]) => !isUnresolved(seconds) && seconds > most)
    .map(([prop, seconds, most]) => ({
      code: 'AWS_SAGEMAKER_ROLLOUT',
      at: `${path}: rollout.${prop}`,
      what: 'SageMaker does not wait as long',
      got: `${seconds} s`,
      allowed: `at most ${most} s`,
      remedy: `Use ${most} s.`,
    }));
}

/** An alarm that looks at a longer window than the bake could ring when the old version is gone. */
function checkWindows({ path, rollout, monitoring }: EndpointPlan): Problem[] {
  const windows = [
    ['errors', monitoring.errors?.windowSeconds],
    ['latency', monitoring.latency?.windowSeconds],
  ] as const;
  return windows.flatMap(([alarm, seconds]) => {
    if (seconds === undefined || isUnresolved(seconds) || isUnresolved(rollout.bakeSeconds)) return [];
    if (rollout.bakeSeconds >= seconds) return [];
    return [
      {
        code: 'AWS_SAGEMAKER_ROLLOUT',
        at: `${path}: rollout.bake`,
        what: `the bake ends before the alarm has seen a whole window: monitoring.${alarm}.window is ${seconds} s`,
        got: `${rollout.bakeSeconds} s`,
        allowed: `${seconds} s or more`,
        remedy: `Use a bake of ${seconds} s, or a shorter window.`,
      },
    ];
  });
}
