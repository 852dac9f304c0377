import type { Gate } from '@inferstack/runtime/contract';
import { isUnresolved } from '../unresolved';
import type { RolloutPlan } from './rollout-plan';

/** A gate that nothing can fail in time. */
export interface LateGate {
  readonly gate: Gate;
  /** Its place among the gates of the rollout. */
  readonly index: number;
  /** The windows that must fail, together. */
  readonly needsSeconds: number;
  /** From the first share to the end. */
  readonly lastsSeconds: number;
}

/** Gates whose failed windows take longer than the whole rollout: they would never act. */
export function lateGates({ steps, bakeSeconds, gates }: RolloutPlan): LateGate[] {
  const lastsSeconds = steps.reduce((sum, { holdSeconds }) => sum + holdSeconds, bakeSeconds);
  if ([bakeSeconds, ...steps.map(({ holdSeconds }) => holdSeconds)].some(isUnresolved)) return [];
  return gates.flatMap((gate, index) => {
    if (!('failAfter' in gate)) return [];
    const needsSeconds = (gate.windowMs / 1000) * gate.failAfter.failed;
    return needsSeconds > lastsSeconds ? [{ gate, index, needsSeconds, lastsSeconds }] : [];
  });
}
