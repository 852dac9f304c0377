export type { AlarmOptions } from './alarm-options';
export type { EndpointAlerts } from './alerts';
export * from './batch';
export { CloudRunEndpoint } from './cloud-run-endpoint';
export { CloudRunNative, type CloudRunResources } from './cloud-run-native';
export type {
  CloudRunAccessOptions,
  CloudRunEndpointOptions,
  CloudRunInstanceOptions,
  CloudRunNetworkOptions,
} from './cloud-run-options';
export { type BoundExposure, Exposure } from './exposure';
export type { InternalLoadBalancerExposureOptions, InternetExposureOptions } from './exposure-options';
export type { ExternalLoadBalancer, HttpRedirect } from './external-load-balancer';
export type { InternalLoadBalancer } from './internal-load-balancer';
export { type CreatedBucketOptions, ModelBucket } from './model-bucket';
export { gcpProblems } from './problems';
export type { RolloutResources } from './rollout/create-rollout';
export { type ManagedRulesOptions, SecurityPolicy } from './security-policy';
export type { MachineSeries } from './vertex/machine-types';
export { VertexEndpoint } from './vertex/vertex-endpoint';
export { type PrivateServiceConnectOptions, VertexExposure } from './vertex/vertex-exposure';
export type { VertexNative } from './vertex/vertex-native';
export type { VertexEndpointOptions } from './vertex/vertex-options';
