import type { Gate } from './rollouts';

/**
 * `waiting`: the candidate is not loaded. `running`: its share grows. `held`: a step is over and a gate has not seen
 * enough, or the last is over and somebody has to promote. The others are ends.
 */
export type RolloutPhase = 'waiting' | 'running' | 'held' | 'promoted' | 'rolled_back' | 'stopped';

/** What one gate says, and why. */
export interface GateFinding {
  readonly gate: string;
  readonly metric: Gate['metric'];
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** The figure it looked at; null when there is none yet. */
  readonly value: number | null;
  readonly samples: number;
  /** In words, with the figures. */
  readonly reason: string;
}

/** What was seen of one version since the rollout began. */
export interface VariantStatus {
  readonly requests: number;
  readonly errors: number;
  /** Milliseconds, to within 5 %; null before the first answer. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What brought a rollout into its phase. */
export interface RolloutCause {
  /** `gate`, `runtime`, `memory` of a process before, or the name of the key of whoever asked. */
  readonly actor: string;
  readonly reason: string;
}

/** A rollout of one replica, as `GET /rollouts` of its management listener tells of it. */
export interface RolloutStatus {
  readonly model: string;
  readonly stable: string;
  readonly candidate: string;
  readonly phase: RolloutPhase;
  /** Of the phase; null while the candidate was never loaded. */
  readonly cause: RolloutCause | null;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly percent: number;
  readonly shadowPercent: number;
  /** What would be decided now. */
  readonly verdict: 'promote' | 'hold' | 'reject';
  readonly gates: readonly GateFinding[];
  readonly variants: { readonly stable: VariantStatus; readonly candidate: VariantStatus };
  readonly agreement: {
    readonly rows: number;
    readonly ratio: number | null;
    readonly meanScoreDistance: number | null;
  };
}
