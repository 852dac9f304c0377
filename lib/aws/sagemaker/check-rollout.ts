import { type Problem, show } from '@inferstack/runtime/contract';
import { DEFAULT_ROLLOUT, type EndpointPlan, isUnresolved, refusedRolloutProblems } from '../../core';
import { alarmGates, checkGates, GATES } from '../check-gates';
import { alarmWindows, gateWindows } from '../look-back';
import { STRATEGIES, shiftSeconds } from './deployment-config';

/**
 * Bounds. Sources: RollingUpdatePolicy, BlueGreenUpdatePolicy, TrafficRoutingConfig, AutoRollbackConfig and
 * ProductionVariant in https://docs.aws.amazon.com/sagemaker/latest/APIReference/; shares in
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html and -linear.html
 */
const MAX_WAIT_SECONDS = 3600;
const MAX_START_SECONDS = 3600;
const MAX_DEPLOYMENT_SECONDS = 28_800;
const MAX_ALARMS = 10;
const SHARES = {
  canary: { prop: 'percent', wait: 'bake', least: 1, most: 50 },
  linear: { prop: 'step', wait: 'interval', least: 10, most: 50 },
} as const;

type Finding = Pick<Problem, 'what' | 'got' | 'allowed' | 'remedy'>;

/** Refuses strategies, shares and times that SageMaker does not know. */
export function checkRollout(plan: EndpointPlan): Problem[] {
  const refused = refusedRolloutProblems(plan, { strategies: STRATEGIES, gates: GATES });
  return [
    ...refused,
    ...checkGates(plan),
    ...checkShares(plan),
    ...checkTimes(plan),
    ...checkWindows(plan),
    ...checkAlarms(plan),
  ];
}

const problem = ({ path }: EndpointPlan, prop: string, finding: Finding): Problem => ({
  code: 'AWS_SAGEMAKER_ROLLOUT',
  at: `${path}: rollout.${prop}`,
  ...finding,
});

/** The first wait, which is all there is but for canary and linear. */
function firstWait({ rollout }: EndpointPlan): readonly [prop: string, seconds: number] {
  const { strategy, steps, bakeSeconds } = rollout;
  const [step] = steps;
  if (step === undefined || (strategy !== 'canary' && strategy !== 'linear')) return ['bake', bakeSeconds];
  return [SHARES[strategy].wait, step.holdSeconds];
}

function checkShares(plan: EndpointPlan): Problem[] {
  const { strategy, steps, bakeSeconds } = plan.rollout;
  const [step] = steps;
  if (step === undefined || (strategy !== 'canary' && strategy !== 'linear')) return [];
  const { prop, least, most } = SHARES[strategy];
  const problems: Problem[] = [];
  const { percent } = step;
  if (!isUnresolved(percent) && !(Number.isInteger(percent) && percent >= least && percent <= most)) {
    const what = 'SageMaker does not move such a share';
    const remedy = `Use ${Math.min(most, Math.max(least, Math.round(percent)))}.`;
    const allowed = `a whole number, ${least} to ${most}`;
    problems.push(problem(plan, prop, { what, got: String(percent), allowed, remedy }));
  }
  if (bakeSeconds !== DEFAULT_ROLLOUT.bakeSeconds) {
    const what = 'SageMaker waits the same time after every step, and none of its own at the end';
    const allowed = 'no finalBake';
    problems.push(
      problem(plan, 'finalBake', { what, got: `${bakeSeconds} s`, allowed, remedy: 'Leave it out.' }),
    );
  }
  if (plan.scaling.minReplicas === 1) problems.push(oneInstance(plan));
  return problems;
}

const oneInstance = ({ path }: EndpointPlan): Problem => ({
  code: 'TARGET_UNSUPPORTED',
  at: `${path}: scaling.minReplicas`,
  what: 'SageMaker moves requests by instances, and there is no share of one',
  got: '1',
  allowed: '2 or more with Rollout.canary() and Rollout.linear()',
  remedy: 'Use minReplicas 2, or Rollout.blueGreen().',
});

function checkTimes(plan: EndpointPlan): Problem[] {
  const [prop, wait] = firstWait(plan);
  const bounds = [
    [prop, wait, MAX_WAIT_SECONDS],
    ['timeout', plan.rollout.timeoutSeconds, MAX_START_SECONDS],
  ] as const;
  const problems = bounds
    .filter(([, seconds, most]) => !isUnresolved(seconds) && seconds > most)
    .map(([at, seconds, most]) =>
      problem(plan, at, {
        what: 'SageMaker does not wait as long',
        got: `${seconds} s`,
        allowed: `at most ${most} s`,
        remedy: `Use ${most} s.`,
      }),
    );
  if (problems.length > 0 || shiftSeconds(plan) <= MAX_DEPLOYMENT_SECONDS) return problems;
  const what = 'SageMaker ends a deployment after 8 hours, and start and steps could take longer';
  const allowed = `at most ${MAX_DEPLOYMENT_SECONDS} s`;
  const remedy = 'Wait less, or in fewer steps.';
  return [problem(plan, prop, { what, got: `${shiftSeconds(plan)} s`, allowed, remedy })];
}

/** An alarm that looks at a longer window than the wait could ring when the old version is gone. */
function checkWindows(plan: EndpointPlan): Problem[] {
  const [prop, wait] = firstWait(plan);
  return [...alarmWindows(plan), ...gateWindows(plan)].flatMap(([name, seconds]) => {
    if (isUnresolved(seconds) || isUnresolved(wait) || wait >= seconds) return [];
    return [
      problem(plan, prop, {
        what: `the bake ends before the alarm has seen a whole window: ${name} takes ${seconds} s`,
        got: `${wait} s`,
        allowed: `${seconds} s or more`,
        remedy: `Use a bake of ${seconds} s, or a shorter window.`,
      }),
    ];
  });
}

function checkAlarms(plan: EndpointPlan): Problem[] {
  const count = alarmWindows(plan).length + alarmGates(plan).length;
  if (count <= MAX_ALARMS) return [];
  const what = `SageMaker watches ${MAX_ALARMS} alarms at most`;
  const remedy = 'Leave gates out.';
  return [problem(plan, 'gates', { what, got: show(count), allowed: `${MAX_ALARMS} in all`, remedy })];
}
