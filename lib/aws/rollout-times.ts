import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved, refusedRolloutProblems } from '../core';
import { checkGates, GATES } from './check-gates';
import { checkShift } from './delivery/check-shift';
import { checkGoldenPlan } from './delivery/golden-checks';
import { STRATEGIES, shiftsRequests } from './delivery/shift';

/** CloudFormation gives up on an ECS service with rolling updates after three hours. */
const CLOUDFORMATION_WAIT_SECONDS = 3 * 3600;

/**
 * Number of alarm periods that make up the bake time. ECS cannot be told a bake time for rolling updates: it keeps
 * watching for as long as its alarms look back (period x evaluation periods).
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function bakePeriods(bakeSeconds: number, windowSeconds: number): number {
  return bakeSeconds / windowSeconds;
}

/** Refuses bake times that the alarms cannot express, and rollouts that CloudFormation would not wait for. */
export function checkRolloutTimes(plan: EndpointPlan): Problem[] {
  const refused = refusedRolloutProblems(plan, { strategies: STRATEGIES, gates: GATES });
  if (!STRATEGIES.includes(plan.rollout.strategy)) return refused;
  if (!shiftsRequests(plan)) return [...refused, ...checkBake(plan), ...checkTotal(plan)];
  return [...refused, ...checkGates(plan), ...checkShift(plan), ...checkGoldenPlan(plan)];
}

function checkBake({ path, rollout, monitoring }: EndpointPlan): Problem[] {
  const windows = [
    ['errors', monitoring.errors?.windowSeconds],
    ['latency', monitoring.latency?.windowSeconds],
  ] as const;
  return windows.flatMap(([alarm, seconds]) => {
    if (seconds === undefined || isUnresolved(seconds) || isUnresolved(rollout.bakeSeconds)) return [];
    if (rollout.bakeSeconds >= seconds && rollout.bakeSeconds % seconds === 0) return [];
    return [
      {
        code: 'AWS_ROLLOUT_BAKE',
        at: `${path}: rollout.bake`,
        what: `ECS watches whole windows of its alarms, and monitoring.${alarm}.window is ${seconds} s`,
        got: `${rollout.bakeSeconds} s`,
        allowed: `${seconds} s and its multiples`,
        remedy: `Use a bake of ${Math.max(1, Math.ceil(rollout.bakeSeconds / seconds)) * seconds} s, or a window that divides the bake.`,
      },
    ];
  });
}

/**
 * The circuit breaker of ECS fails a deployment after max(3, half the replicas) replicas that did not become ready;
 * as many replicas as are wanted start at once, so few replicas need several rounds.
 */
export function failedStartRounds(minReplicas: number): number {
  return isUnresolved(minReplicas) ? 1 : Math.ceil(3 / Math.min(3, Math.max(1, minReplicas)));
}

function checkTotal({ path, rollout, scaling }: EndpointPlan): Problem[] {
  const { timeoutSeconds, bakeSeconds } = rollout;
  if ([timeoutSeconds, bakeSeconds, scaling.minReplicas].some(isUnresolved)) return [];
  const rounds = failedStartRounds(scaling.minReplicas);
  if (rounds * timeoutSeconds + bakeSeconds <= CLOUDFORMATION_WAIT_SECONDS) return [];
  const most = Math.max(0, Math.floor((CLOUDFORMATION_WAIT_SECONDS - bakeSeconds) / rounds));
  return [
    {
      code: 'AWS_ROLLOUT_TIME',
      at: `${path}: rollout.timeout`,
      what: `CloudFormation waits ${CLOUDFORMATION_WAIT_SECONDS} s for a service; ${rounds} round(s) of failing starts and the bake take longer`,
      got: show({ timeoutSeconds, bakeSeconds }),
      allowed: `${rounds} x timeout + bake of at most ${CLOUDFORMATION_WAIT_SECONDS} s`,
      remedy: most >= 60 ? `Use a timeout of at most ${most} s.` : 'Shorten the bake.',
    },
  ];
}
