export * from './batch';
export type { Delivery } from './delivery/create-delivery';
export type { EndpointMetric } from './endpoint-metrics';
export { Exposure } from './exposure';
export type * from './exposure-options';
export { FargateEndpoint } from './fargate-endpoint';
export type * from './fargate-endpoint-options';
export {
  type ErrorMetricOptions,
  FargateModelEndpoint,
  type FargateModelEndpointAttributes,
  type IFargateModelEndpoint,
} from './fargate-model-endpoint';
export { type FargateAlarms, FargateNative, type FargateResources } from './fargate-native';
export type { GrpcEdge } from './grpc';
export type { ModelMetricOptions } from './model-metrics';
export { awsProblems } from './problems';
export * from './sagemaker';
export { type ManagedRulesOptions, WebAcl } from './web-acl';
