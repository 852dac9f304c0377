export {
  ComposeDirectory,
  ComposeFile,
  ComposeNetwork,
  ComposeSecret,
  ComposeService,
} from './compose-elements';
export { ComposeEndpoint } from './compose-endpoint';
export type { ComposeNative } from './compose-native';
export type { BalancerOptions, ComposeEndpointOptions, LogOptions } from './compose-options';
export { ComposeProject, type ComposeProjectProps } from './compose-project';
export { Exposure, type HostOptions, type HttpsOptions, type PlainHttpOptions } from './exposure';
export { ModelDelivery, type ModelUrlOptions } from './model-delivery';
export { composeProblems } from './problems';
export type { ProjectEndpoint } from './project-endpoint';
export type { PrometheusOptions } from './prometheus';
export type * from './service-definition';
export type { ComposeDocument } from './write-project';
