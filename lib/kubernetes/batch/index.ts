export { KubernetesBatch } from './kubernetes-batch';
export type { KubernetesBatchNative } from './kubernetes-batch-native';
export type { KubernetesBatchOptions } from './kubernetes-batch-options';
