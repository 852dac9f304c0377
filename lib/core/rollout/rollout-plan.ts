import type { Gate, RolloutConfig } from '@inferstack/runtime/contract';

export type RolloutStrategy = 'allAtOnce' | 'rolling' | 'canary' | 'linear' | 'blueGreen';

/** How the platform replaces what is deployed, resolved. */
export interface RolloutPlan {
  readonly strategy: RolloutStrategy;
  /** Shares of the requests on the way to all of them; none for `allAtOnce`, `rolling` and `blueGreen`. */
  readonly steps: readonly RolloutStep[];
  /** Time watched after the new version took all requests; what rings until then rolls back. */
  readonly bakeSeconds: number;
  /** Time for new replicas to become ready. */
  readonly timeoutSeconds: number;
  /** Watched during the rollout besides the alarms of the monitoring. */
  readonly gates: readonly Gate[];
}

export interface RolloutStep {
  /** Share of the requests the new version answers. */
  readonly percent: number;
  readonly holdSeconds: number;
}

/** What a rollout comes to: what the platform does, and what the runtime does. */
export interface BoundRollout {
  readonly platform: RolloutPlan;
  /** null: the runtime serves one version, and the platform replaces it. */
  readonly runtime: RolloutConfig | null;
}
