import { type AnyMessage, Message, nestedList, nestedMap } from '../schema/message';
import { bool, bytes, int64, oneof, string } from '../schema/scalars';

/**
 * The model repository extension.
 * Source: https://github.com/triton-inference-server/common/blob/main/protobuf/grpc_service.proto
 */
export const ModelRepositoryParameter = new Message('inference.ModelRepositoryParameter', {
  bool_param: oneof('parameter_choice', bool(1)),
  int64_param: oneof('parameter_choice', int64(2)),
  string_param: oneof('parameter_choice', string(3)),
  bytes_param: oneof('parameter_choice', bytes(4)),
});

export const RepositoryIndexRequest = new Message('inference.RepositoryIndexRequest', {
  repository_name: string(1),
  ready: bool(2),
});
export const ModelIndex = new Message('inference.RepositoryIndexResponse.ModelIndex', {
  name: string(1),
  version: string(2),
  state: string(3),
  reason: string(4),
});
export const RepositoryIndexResponse = new Message('inference.RepositoryIndexResponse', {
  models: nestedList(1, ModelIndex),
});

const controlFields = {
  repository_name: string(1),
  model_name: string(2),
  parameters: nestedMap(3, ModelRepositoryParameter),
};

export const RepositoryModelLoadRequest = new Message('inference.RepositoryModelLoadRequest', controlFields);
export const RepositoryModelLoadResponse = new Message('inference.RepositoryModelLoadResponse', {});
export const RepositoryModelUnloadRequest = new Message(
  'inference.RepositoryModelUnloadRequest',
  controlFields,
);
export const RepositoryModelUnloadResponse = new Message('inference.RepositoryModelUnloadResponse', {});

/** In the order of the .proto file. */
export const repositoryMessages: readonly AnyMessage[] = [
  ModelRepositoryParameter,
  RepositoryIndexRequest,
  ModelIndex,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
  RepositoryModelLoadResponse,
  RepositoryModelUnloadRequest,
  RepositoryModelUnloadResponse,
];
