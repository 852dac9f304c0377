import type { Dimension, InputSpec, OutputSpec } from '../../../contract';
import { RequestError } from '../../../errors';
import type { GrpcServerParts } from '../grpc-server-parts';
import type { RepositoryIndexRequest, RepositoryIndexResponse } from '../messages/repository-messages';
import type {
  ModelMetadataRequest,
  ModelMetadataResponse,
  ModelReadyRequest,
  ModelReadyResponse,
  ServerLiveResponse,
  ServerMetadataResponse,
  ServerReadyResponse,
  TensorMetadata,
} from '../messages/server-messages';
import type { MessageValue } from '../schema/message';

type Value<M> = Partial<MessageValue<M>>;

/** Codes of models that are configured here and do not serve now. */
const AWAY: ReadonlySet<string> = new Set(['MODEL_NOT_READY', 'MODEL_UNLOADED']);

/** Answers that are there without running a model. */
export class MetadataCalls {
  constructor(
    private readonly parts: Pick<GrpcServerParts, 'readiness' | 'repository' | 'runtimeVersion' | 'service'>,
  ) {}

  live(): Value<typeof ServerLiveResponse> {
    return { live: true };
  }

  ready(): Value<typeof ServerReadyResponse> {
    return { ready: this.parts.readiness.ready };
  }

  /** Not ready while it is loaded or put away by a client; a model that will never be here is an error, as clients may wait for readiness. */
  modelReady({ name, version }: MessageValue<typeof ModelReadyRequest>): Value<typeof ModelReadyResponse> {
    try {
      this.parts.service.readyModel(name, given(version));
      return { ready: true };
    } catch (error) {
      if (error instanceof RequestError && AWAY.has(error.code)) return { ready: false };
      throw error;
    }
  }

  serverMetadata(): Value<typeof ServerMetadataResponse> {
    const extensions = ['binary_tensor_data', 'statistics', 'model_repository'];
    return { name: 'inferstack', version: this.parts.runtimeVersion, extensions };
  }

  modelMetadata({
    name,
    version,
  }: MessageValue<typeof ModelMetadataRequest>): Value<typeof ModelMetadataResponse> {
    const { manifest, platform } = this.parts.service.model(name, given(version));
    return {
      name: manifest.name,
      versions: this.parts.repository.versions(name),
      platform,
      inputs: manifest.signature.inputs.map(tensorMetadata),
      outputs: manifest.signature.outputs.map(tensorMetadata),
    };
  }

  repositoryIndex({
    ready,
  }: MessageValue<typeof RepositoryIndexRequest>): Value<typeof RepositoryIndexResponse> {
    return { models: this.parts.repository.index(ready) };
  }
}

/** Text fields that are empty were not given. */
const given = (text: string): string | undefined => (text === '' ? undefined : text);

function tensorMetadata({ name, dtype, shape }: InputSpec | OutputSpec): MessageValue<typeof TensorMetadata> {
  return { name, datatype: dtype, shape: shape.map(size) };
}

/** The protocol writes sizes known only at run time as -1. */
function size(dimension: Dimension): bigint {
  return typeof dimension === 'number' ? BigInt(dimension) : -1n;
}
