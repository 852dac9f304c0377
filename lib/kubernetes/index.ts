export * from './argo';
export { Autoscaler, type KedaOptions } from './autoscaler';
export * from './batch';
export {
  ClusterMonitoring,
  type PlainPrometheusOptions,
  type PrometheusOperatorOptions,
} from './cluster-monitoring';
export * from './custom-resources';
export { Exposure, type GatewayOptions, type IngressOptions } from './exposure';
export * from './kserve';
export { KubernetesEndpoint } from './kubernetes-endpoint';
export type { KubernetesNative } from './kubernetes-native';
export type { KubernetesEndpointOptions, NetworkOptions } from './kubernetes-options';
export { ModelDelivery, type ModelUrlOptions } from './model-delivery';
export type { NetworkPeer } from './network-peer';
export type { AllowedEgress } from './network-policy';
export type { PodOptions } from './pod-options';
export { kubernetesProblems } from './problems';
