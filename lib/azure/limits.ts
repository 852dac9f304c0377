import { type EndpointPlan, type RolloutAbilities, refusedRollout } from '../core';
import { checkNoBake } from './check-common';
import type { Checker } from './checker';
import { isGated } from './rollout/gated';

/** Of a probe; the provider takes no more failures, Azure no longer intervals. */
const MAX_PROBE_FAILURES = 30;
const MAX_PROBE_INTERVAL_SECONDS = 240;
/** Source: https://learn.microsoft.com/azure/container-apps/ingress-overview#http */
const MAX_REQUEST_SECONDS = 240;
/** Source: https://learn.microsoft.com/azure/container-apps/application-lifecycle-management#shutdown */
const MAX_STOP_SECONDS = 600;
const NEVER_BACK =
  'Container Apps takes the old revision away as soon as the new one is ready, and never goes back by itself';
/** Steps are moved by workflows, gates judged by alert rules. */
const ABILITIES: RolloutAbilities = {
  strategies: ['rolling', 'canary', 'linear', 'blueGreen'],
  gates: ['errors', 'latency'],
};
/** For the process to end after the last request was answered. */
const EXIT_SECONDS = 5;

/**
 * The shortest interval with which the failures that a probe may have reach the whole time. A replica is seen ready at
 * the end of an interval: a short `rollout.timeout` is also a quick start.
 */
export function startupProbeTimes(timeoutSeconds: number): {
  readonly intervalSeconds: number;
  readonly failureCountThreshold: number;
} {
  const intervalSeconds = Math.ceil(timeoutSeconds / MAX_PROBE_FAILURES);
  return { intervalSeconds, failureCountThreshold: Math.ceil(timeoutSeconds / intervalSeconds) };
}

/** Time a stopping replica gets, whole seconds. */
export function stopSeconds({ runtime }: EndpointPlan): number {
  return Math.ceil((runtime.drainDelayMs + runtime.drainTimeoutMs) / 1000) + EXIT_SECONDS;
}

/** Refuses times that Container Apps would not keep. */
export function checkTimes(check: Checker, plan: EndpointPlan): void {
  checkRollout(check, plan);
  const { requestTimeoutMs, drainDelayMs, drainTimeoutMs } = plan.runtime;
  if (requestTimeoutMs > MAX_REQUEST_SECONDS * 1000) {
    check.add('AZURE_REQUEST_TIME', 'runtime.requestTimeout', {
      what: 'the ingress of Container Apps ends a request earlier',
      got: `${requestTimeoutMs} ms`,
      allowed: `at most ${MAX_REQUEST_SECONDS * 1000} ms`,
      remedy: 'Shorten the timeout; long work belongs into batch scoring.',
    });
  }
  if (stopSeconds(plan) > MAX_STOP_SECONDS) {
    check.add('AZURE_DRAIN', 'runtime.drainTimeout', {
      what: `Container Apps kills a replica ${MAX_STOP_SECONDS} s after the stop signal, before it has drained`,
      got: { drainDelayMs, drainTimeoutMs },
      allowed: `drainDelay + drainTimeout of at most ${MAX_STOP_SECONDS - EXIT_SECONDS} s`,
      remedy: 'Shorten drainDelay, or drainTimeout together with requestTimeout.',
    });
  }
}

function checkRollout(check: Checker, plan: EndpointPlan): void {
  const { timeoutSeconds } = plan.rollout;
  const abilities = isGated(plan) ? ABILITIES : { ...ABILITIES, gates: [] };
  for (const { prop, finding } of refusedRollout(plan, abilities)) check.unsupported(prop, finding);
  if (!isGated(plan)) checkNoBake(check, plan, NEVER_BACK);
  const longest = MAX_PROBE_FAILURES * MAX_PROBE_INTERVAL_SECONDS;
  if (timeoutSeconds <= longest) return;
  check.add('AZURE_ROLLOUT_TIME', 'rollout.timeout', {
    what: `a startup probe fails ${MAX_PROBE_FAILURES} times at most, ${MAX_PROBE_INTERVAL_SECONDS} s apart`,
    got: `${timeoutSeconds} s`,
    allowed: `at most ${longest} s`,
    remedy: `Use a timeout of ${longest} s.`,
  });
}
