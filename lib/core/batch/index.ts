export type * from './batch-plan';
export type * from './batch-props';
export { type BatchAddresses, batchRuntimeConfig } from './batch-runtime-config';
export { BatchScoringJob } from './batch-scoring-job';
export type { BatchTarget, BoundBatch } from './batch-target';
export { type CronFields, parseCron } from './cron';
export {
  type BlobPlace,
  type ClaimPlace,
  DataLocation,
  type DataPlaces,
  type DataPlatform,
  type GcsPlace,
  type S3Place,
} from './data-location';
export { type DataScope, folderScope, inputScope } from './data-scope';
export { type JobPlaces, placeOn } from './place-on';
export {
  type DailyOptions,
  Schedule,
  type ScheduleOptions,
  type SchedulePlan,
  type WeeklyOptions,
} from './schedule';
