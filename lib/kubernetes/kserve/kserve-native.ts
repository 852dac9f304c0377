import type { KubernetesNative } from '../kubernetes-native';
import type { InferenceService, ServingRuntime } from './custom-resources';

/** The objects of an endpoint under KServe: change them with `addJsonPatch`, or depend on them. */
export interface KServeNative
  extends Omit<
    KubernetesNative,
    | 'deployment'
    | 'service'
    | 'route'
    | 'grpcRoute'
    | 'argoRollout'
    | 'candidateService'
    | 'analysisTemplates'
  > {
  /** Makes Deployment, Service `<name>-predictor` and routes. */
  readonly inferenceService: InferenceService;
  /** The container of the pods; named after its content. */
  readonly servingRuntime: ServingRuntime;
}
