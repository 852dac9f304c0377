export { type InstanceType, instanceTypes } from './instance-types';
export { SageMakerEndpoint } from './sagemaker-endpoint';
export type * from './sagemaker-endpoint-options';
export { type ISageMakerModelEndpoint, SageMakerModelEndpoint } from './sagemaker-model-endpoint';
export { type SageMakerAlarms, SageMakerNative, type SageMakerResources } from './sagemaker-native';
