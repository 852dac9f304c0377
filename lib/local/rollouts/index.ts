export { type EndpointRollout, mergeRollouts, type ReplicaRollout } from './merge-rollouts';
export {
  actOnRollout,
  askRollouts,
  type ManagementAnswer,
  type RolloutAction,
  type RolloutDemand,
} from './rollout-client';
export { causeText, gateLine, rolloutLine } from './rollout-lines';
export { type ReplicaAddress, RolloutWatch } from './rollout-watch';
