export {
  InferenceService,
  type InferenceServiceSpec,
  type KServeProtocol,
  type RenderedPod,
  ServingRuntime,
  type ServingRuntimeSpec,
} from './custom-resources';
export { KServeEndpoint } from './kserve-endpoint';
export { KServeExposure, type KServeIngressOptions } from './kserve-exposure';
export type { KServeNative } from './kserve-native';
export type { KServeEndpointOptions } from './kserve-options';
