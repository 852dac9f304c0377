export { ContainerAppBatch } from './container-app-batch';
export type { ContainerAppBatchAlerts, ContainerAppBatchNative } from './container-app-batch-native';
export type { ContainerAppBatchOptions } from './container-app-batch-options';
