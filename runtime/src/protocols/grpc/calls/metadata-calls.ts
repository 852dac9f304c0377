import type { Dimension, InputSpec, OutputSpec } from '../../../contract';
import { RequestError } from '../../../errors';
import type { GrpcServerParts } from '../grpc-server-parts';
import type {
  RepositoryIndexRequest,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
} from '../messages/repository-messages';
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

/** Name of ONNX among the platforms of the protocol. */
const PLATFORM = 'onnx_onnxv1';

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

  /** Not ready while it is loaded; a model that will never be here is an error, as clients may wait for readiness. */
  modelReady({ name, version }: MessageValue<typeof ModelReadyRequest>): Value<typeof ModelReadyResponse> {
    try {
      this.parts.service.model(name, given(version));
      return { ready: true };
    } catch (error) {
      if (error instanceof RequestError && error.code === 'MODEL_NOT_READY') return { ready: false };
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
    const { manifest } = this.parts.service.model(name, given(version));
    return {
      name: manifest.name,
      versions: this.parts.repository.versions(name),
      platform: PLATFORM,
      inputs: manifest.signature.inputs.map(tensorMetadata),
      outputs: manifest.signature.outputs.map(tensorMetadata),
    };
  }

  repositoryIndex({
    ready,
  }: MessageValue<typeof RepositoryIndexRequest>): Value<typeof RepositoryIndexResponse> {
    const loaded = this.parts.repository.instances();
    const names = [...new Set(loaded.map((instance) => instance.name))];
    const models = names.flatMap((name) =>
      this.parts.repository.versions(name).map((version) => {
        const serves = loaded.some((instance) => instance.name === name && instance.version === version);
        return { name, version, state: serves ? 'READY' : 'LOADING', reason: '' };
      }),
    );
    return { models: ready ? models.filter((model) => model.state === 'READY') : models };
  }

  /** @throws RequestError always: what is served is decided by the deployment, not by its callers. */
  control({ model_name }: MessageValue<typeof RepositoryModelLoadRequest>): never {
    const message = `Model ${model_name} cannot be loaded or unloaded by a call; deploy another configuration.`;
    throw new RequestError('REQUEST_METHOD_NOT_ALLOWED', message);
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
