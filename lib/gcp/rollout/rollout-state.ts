/**
 * The annotation of the service that says how its rollout stands, as JSON. It is written in one request with the
 * traffic, so that both always agree; Terraform leaves annotations that it does not know alone.
 */
export const STATE_ANNOTATION = 'inferstack.dev/rollout';

/**
 * `moving`: requests go over step by step. `completed`: it has them all, and is what others are compared with.
 * `rolledBack`, `superseded`, `byHand`: it lost them to the stable revision by an alarm, to a newer one, or somebody
 * else moved them. Only a revision that is none of these may ever begin.
 */
export type RolloutOutcome = 'none' | 'moving' | 'completed' | 'rolledBack' | 'superseded' | 'byHand';

export interface RolloutState {
  /** The last revision that was decided about. */
  readonly revision: string;
  readonly outcome: RolloutOutcome;
  /** Who gets the requests back. */
  readonly stable: string;
  readonly step: number;
  /** Share of the requests it was given. */
  readonly percent: number;
  /** Seconds since 1970 at which the step is over. */
  readonly until: number;
}

export const NO_STATE: RolloutState = {
  revision: '',
  outcome: 'none',
  stable: '',
  step: 0,
  percent: 0,
  until: 0,
};

/** Of the revision that gets the requests back: one with a tag keeps its instances while it has no requests. */
export const STABLE_TAG = 'stable';
