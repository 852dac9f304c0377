import { type AnyMessage, Message, nestedList } from '../schema/message';
import { bool, int64s, string, strings } from '../schema/scalars';

/**
 * Liveness, readiness and metadata of the Open Inference Protocol.
 * Source: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/open_inference_grpc.proto
 */
export const ServerLiveRequest = new Message('inference.ServerLiveRequest', {});
export const ServerLiveResponse = new Message('inference.ServerLiveResponse', { live: bool(1) });

export const ServerReadyRequest = new Message('inference.ServerReadyRequest', {});
export const ServerReadyResponse = new Message('inference.ServerReadyResponse', { ready: bool(1) });

export const ModelReadyRequest = new Message('inference.ModelReadyRequest', {
  name: string(1),
  version: string(2),
});
export const ModelReadyResponse = new Message('inference.ModelReadyResponse', { ready: bool(1) });

export const ServerMetadataRequest = new Message('inference.ServerMetadataRequest', {});
export const ServerMetadataResponse = new Message('inference.ServerMetadataResponse', {
  name: string(1),
  version: string(2),
  extensions: strings(3),
});

export const ModelMetadataRequest = new Message('inference.ModelMetadataRequest', {
  name: string(1),
  version: string(2),
});
export const TensorMetadata = new Message('inference.ModelMetadataResponse.TensorMetadata', {
  name: string(1),
  datatype: string(2),
  /** -1 for a size known only at run time. */
  shape: int64s(3),
});
export const ModelMetadataResponse = new Message('inference.ModelMetadataResponse', {
  name: string(1),
  versions: strings(2),
  platform: string(3),
  inputs: nestedList(4, TensorMetadata),
  outputs: nestedList(5, TensorMetadata),
});

/** In the order of the .proto file. */
export const serverMessages: readonly AnyMessage[] = [
  ServerLiveRequest,
  ServerLiveResponse,
  ServerReadyRequest,
  ServerReadyResponse,
  ModelReadyRequest,
  ModelReadyResponse,
  ServerMetadataRequest,
  ServerMetadataResponse,
  ModelMetadataRequest,
  TensorMetadata,
  ModelMetadataResponse,
];
