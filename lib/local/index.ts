export type { AppEndpoint } from './app-endpoint';
export { type RunOptions, type RunTerminals, runJob } from './batch/run-job';
export { collectEndpoints } from './collect-endpoints';
export { LocalDeployment, type LocalEvent, type LocalOptions } from './local-deployment';
export { type EndpointStatus, LocalEndpoint, type ModelIdentity, type ReplicaStatus } from './local-endpoint';
export { localProblems } from './problems';
export { type RehearseOptions, rehearse } from './rehearsal/rehearse';
export type { ReplicaState } from './replica';
export type { StatsSnapshot } from './request-stats';
export {
  actOnRollout,
  askRollouts,
  causeText,
  type EndpointRollout,
  gateLine,
  type ManagementAnswer,
  mergeRollouts,
  type RolloutAction,
  type RolloutDemand,
  rolloutLine,
} from './rollouts';
export { type RunState, readRuns } from './run-folder';
export { runUp, type UpOptions } from './run-up';
export type { RuntimeEntry } from './runtime-entry';
export { startLocal } from './start-local';
