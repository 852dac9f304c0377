export { lookupProblems } from './check-config';
export type { FeatureFinding } from './feature-finding';
export { type FeatureJoinOptions, FeatureJoins } from './feature-joins';
export { ROW_OUTCOMES } from './feature-metrics';
export type { JoinedRows } from './joined-rows';
export type { Question } from './row-join';
