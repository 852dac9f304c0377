import type { SharedEndpointOptions } from '../kubernetes-options';
import type { KServeExposure } from './kserve-exposure';

/**
 * What only a cluster with KServe needs to know about an endpoint: the options of `KubernetesEndpoint`, but for the
 * exposure, since KServe makes the routes.
 */
export interface KServeEndpointOptions extends SharedEndpointOptions {
  /**
   * Name of the InferenceService, and beginning of every other name, at most 46 characters; with `-predictor-` and the
   * namespace at most 63. KServe's explainers and transformers ask for the model by it.
   * @default - from the construct path
   */
  readonly name?: string;
  /** Who can reach the endpoint. @default KServeExposure.clusterLocal() */
  readonly exposure?: KServeExposure;
}
