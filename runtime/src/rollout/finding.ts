import type { Gate } from '../contract/rollouts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** What a gate says, and why. */
export interface Finding {
  readonly gate: string;
  readonly metric: Gate['metric'];
  readonly verdict: Verdict;
  /** The figure it looked at; null when there is none yet. */
  readonly value: number | null;
  readonly samples: number;
  /** In words, with the figures. */
  readonly reason: string;
}

/** Judges one gate, again and again. */
export interface GateJudge {
  judge(now: number): Finding;
}

/** The gate on one metric. */
export type GateOf<M extends Gate['metric']> = Extract<Gate, { readonly metric: M }>;

export function tooFew(base: Pick<Finding, 'gate' | 'metric' | 'samples'>, wanted: number): Finding {
  const reason = `${base.samples} answers of the candidate; ${wanted} are needed`;
  return { ...base, verdict: 'inconclusive', value: null, reason };
}
