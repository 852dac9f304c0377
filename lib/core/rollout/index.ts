export { GATE_FACTORIES, ROLLOUT_FACTORIES } from './factories';
export {
  type AgreementGateOptions,
  type ComparisonGateOptions,
  comparedWithNobody,
  type ErrorGateOptions,
  type FailAfter,
  Gate,
  type LatencyGateOptions,
  type MetricGateOptions,
  type ScoreDistanceGateOptions,
  type WindowedGateOptions,
} from './gate';
export { type LateGate, lateGates } from './late-gates';
export { platformTrial, type WatchedAlarms } from './platform-trial';
export { type RolloutAbilities, refusedRollout, refusedRolloutProblems } from './refused-rollout';
export { candidateProblems, type ResolvedRollout, resolveRollout } from './resolve-rollout';
export { DEFAULT_ROLLOUT, Rollout } from './rollout';
export type * from './rollout-options';
export type { RolloutPlan, RolloutStep, RolloutStrategy } from './rollout-plan';
