import type { Gate, RolloutConfig } from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../plan';
import { isUnresolved } from '../unresolved';
import { comparesAnswers } from './gate';
import { type TrialContext, trialOf } from './trial';

/** Share of the requests that are compared when a gate compares answers, percent. */
const COMPARED = 20;

/**
 * What the runtime is told to do what the platform would: the same steps, the same gates, and the alarms as gates. For
 * trying a rollout where there is no platform.
 *
 * @returns null when the platform replaces replicas and moves no requests.
 */
export function platformTrial(
  { rollout, monitoring }: Pick<EndpointPlan, 'rollout'> & { readonly monitoring: WatchedAlarms },
  context: TrialContext,
): RolloutConfig | null {
  if (rollout.strategy === 'rolling' || rollout.strategy === 'allAtOnce') return null;
  const gates = [...rollout.gates, ...alarmGates(monitoring)];
  const shadowPercent = gates.some(comparesAnswers) ? COMPARED : 0;
  const all = [...rollout.steps, { percent: 100, holdSeconds: rollout.bakeSeconds }];
  const steps = all.map(({ percent, holdSeconds }) => ({
    percent,
    shadowPercent,
    holdMs: holdSeconds * 1000,
  }));
  return trialOf(context, { steps, gates }, {});
}

/** The alarms that watch a rollout. */
export type WatchedAlarms = Pick<EndpointPlan['monitoring'], 'errors' | 'latency'>;

const ONCE = { failed: 1, of: 1 };

/** An alarm rings after one window; a threshold that is known only at deployment cannot be compared with here. */
function alarmGates({ errors, latency }: WatchedAlarms): Gate[] {
  const gates: Gate[] = [];
  if (errors !== null)
    gates.push({
      ...{ name: 'alarm-errors', metric: 'errors', minSamples: errors.minRequests, failAfter: ONCE },
      ...{ windowMs: errors.windowSeconds * 1000, maxRatio: errors.maxPercent / 100 },
    });
  if (latency !== null)
    gates.push({
      ...{ name: 'alarm-latency', metric: 'latency', minSamples: latency.minRequests, failAfter: ONCE },
      ...{ windowMs: latency.windowSeconds * 1000, quantile: 0.99 },
      ...{ maxMs: latency.maxP99Ms, maxRatioToStable: null },
    });
  return gates.filter((gate) => !Object.values(gate).some(isUnresolved));
}
