import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';

// The resources of KServe this target writes, with the few fields it uses; the strict schema tests hold them against
// KServe's own definitions. https://kserve.github.io/website/docs/reference/crd-api

/** Part of a pod as the API takes it. */
export type RenderedPod = Readonly<Record<string, unknown>>;

/** What a runtime adds to the pods of every InferenceService that names it. */
export interface ServingRuntimeSpec {
  readonly supportedModelFormats: readonly { name: string; version: string; autoSelect: boolean }[];
  readonly protocolVersions: readonly KServeProtocol[];
  readonly multiModel: boolean;
  readonly containers: readonly RenderedPod[];
  readonly volumes: unknown;
  readonly nodeSelector: unknown;
  readonly imagePullSecrets: unknown;
}

export type KServeProtocol = 'v1' | 'v2' | 'grpc-v2';

export class ServingRuntime extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: { metadata: ApiObjectMetadata; spec: ServingRuntimeSpec },
  ) {
    super(scope, id, { apiVersion: 'serving.kserve.io/v1alpha1', kind: 'ServingRuntime', ...props });
  }
}

export interface InferenceServiceSpec {
  /** Besides these, every field of a pod but its containers. */
  readonly predictor: RenderedPod & {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    /** Seconds for one request, taken over by the route. */
    readonly timeout: number;
    readonly deploymentStrategy: unknown;
    readonly model: {
      readonly modelFormat: { readonly name: string };
      readonly runtime: string;
      readonly protocolVersion: KServeProtocol;
    };
  };
}

export class InferenceService extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: { metadata: ApiObjectMetadata; spec: InferenceServiceSpec },
  ) {
    super(scope, id, { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', ...props });
  }
}
