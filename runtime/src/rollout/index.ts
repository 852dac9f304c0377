export { checkRollouts } from './check-rollouts';
export type { RolloutStatus } from './rollout-status';
export { type RolloutAction, Rollouts } from './rollouts';
