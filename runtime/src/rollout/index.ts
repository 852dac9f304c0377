export { checkRollouts } from './check-rollouts';
export type { RolloutEvent } from './rollout-controller';
export type { RolloutStatus } from './rollout-status';
export { type RehearsalHooks, type RolloutAction, Rollouts } from './rollouts';
