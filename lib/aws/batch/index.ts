export { FargateBatch } from './fargate-batch';
export {
  type FargateBatchAlarms,
  FargateBatchNative,
  type FargateBatchResources,
} from './fargate-batch-native';
export type * from './fargate-batch-options';
