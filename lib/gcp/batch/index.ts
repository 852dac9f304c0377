export { CloudRunBatch } from './cloud-run-batch';
export type { CloudRunBatchNative } from './cloud-run-batch-native';
export type { CloudRunBatchOptions } from './cloud-run-batch-options';
