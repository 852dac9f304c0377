import type { ModelSource } from '../../core';
import type { AlarmOptions } from '../alarm-options';
import type { ModelBucket } from '../model-bucket';
import type { MachineSeries } from './machine-types';
import type { VertexExposure } from './vertex-exposure';

/** What only Google Cloud knows about an endpoint on Vertex AI. Everything else is in the props of `ModelEndpoint`. */
export interface VertexEndpointOptions {
  /** Project of every resource, by its id. */
  readonly project: string;
  /** Region of the endpoint, its logs and a created bucket, e.g. `europe-west1`. */
  readonly region: string;
  /**
   * Name shown in Vertex AI, id in its registry of models, and beginning of every other name; at most 49 characters.
   * @default - from the construct path
   */
  readonly name?: string;
  /** From where the endpoint is reached. @default VertexExposure.privateServiceConnect() */
  readonly exposure?: VertexExposure;
  /** Series of machines the replicas run on; the smallest that has the CPU and memory asked for is taken. @default 'e2' */
  readonly machineSeries?: MachineSeries;
  /** Where the model package lies. @default ModelBucket.created() */
  readonly modelBucket?: ModelBucket;
  /**
   * Models of versions that may be gone back to: Terraform makes sure that their packages are in the bucket. Packages
   * it once put there stay anyway.
   * @default - none
   */
  readonly previousModels?: readonly ModelSource[];
  /**
   * Whether the deployed model that served before keeps its replicas, so that going back takes seconds. Its least
   * number of replicas is then paid for.
   * @default false
   */
  readonly keepPrevious?: boolean;
  /**
   * Email of a service account of yours that the replicas run as; it gets read access to the model.
   * @default - one of its own with that right alone
   */
  readonly serviceAccount?: string;
  /**
   * Key of Cloud KMS, in the region, that the endpoint and its models are encrypted with
   * (`projects/.../locations/.../keyRings/.../cryptoKeys/...`); Vertex AI gets the right to use it. The bucket has its
   * own: `ModelBucket.created({ encryptionKey })`.
   * @default - a key of Google
   */
  readonly encryptionKey?: string;
  /** Who hears of alarms. @default - nobody; incidents are shown in Cloud Monitoring */
  readonly alarms?: AlarmOptions;
  /** Labels of every resource that can have them. @default - `managed-by` and `inferstack-endpoint` alone */
  readonly labels?: Readonly<Record<string, string>>;
}
