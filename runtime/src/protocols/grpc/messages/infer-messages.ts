import { type AnyMessage, Message, nested, nestedList, nestedMap } from '../schema/message';
import {
  bool,
  bools,
  bytesList,
  double,
  doubles,
  floats,
  int32s,
  int64,
  int64s,
  oneof,
  string,
  uint32s,
  uint64,
  uint64s,
} from '../schema/scalars';

/**
 * Requests and responses of ModelInfer and ModelStreamInfer. The server reads requests and writes responses with code
 * of their own (../infer), which these tables describe and are tested against.
 *
 * Sources: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/open_inference_grpc.proto
 * and, for the stream, https://github.com/triton-inference-server/common/blob/main/protobuf/grpc_service.proto
 */
export const InferParameter = new Message('inference.InferParameter', {
  bool_param: oneof('parameter_choice', bool(1)),
  int64_param: oneof('parameter_choice', int64(2)),
  string_param: oneof('parameter_choice', string(3)),
  double_param: oneof('parameter_choice', double(4)),
  uint64_param: oneof('parameter_choice', uint64(5)),
});

export const InferTensorContents = new Message('inference.InferTensorContents', {
  bool_contents: bools(1),
  int_contents: int32s(2),
  int64_contents: int64s(3),
  uint_contents: uint32s(4),
  uint64_contents: uint64s(5),
  fp32_contents: floats(6),
  fp64_contents: doubles(7),
  bytes_contents: bytesList(8),
});

const tensorFields = {
  name: string(1),
  datatype: string(2),
  shape: int64s(3),
  parameters: nestedMap(4, InferParameter),
  contents: nested(5, InferTensorContents),
};

export const InferInputTensor = new Message('inference.ModelInferRequest.InferInputTensor', tensorFields);
export const InferRequestedOutputTensor = new Message(
  'inference.ModelInferRequest.InferRequestedOutputTensor',
  { name: string(1), parameters: nestedMap(2, InferParameter) },
);
export const ModelInferRequest = new Message('inference.ModelInferRequest', {
  model_name: string(1),
  model_version: string(2),
  id: string(3),
  parameters: nestedMap(4, InferParameter),
  inputs: nestedList(5, InferInputTensor),
  outputs: nestedList(6, InferRequestedOutputTensor),
  raw_input_contents: bytesList(7),
});

export const InferOutputTensor = new Message('inference.ModelInferResponse.InferOutputTensor', tensorFields);
export const ModelInferResponse = new Message('inference.ModelInferResponse', {
  model_name: string(1),
  model_version: string(2),
  id: string(3),
  parameters: nestedMap(4, InferParameter),
  outputs: nestedList(5, InferOutputTensor),
  raw_output_contents: bytesList(6),
});

export const ModelStreamInferResponse = new Message('inference.ModelStreamInferResponse', {
  /** Empty when the inference went well. */
  error_message: string(1),
  infer_response: nested(2, ModelInferResponse),
});

/** In the order of the .proto file. */
export const inferMessages: readonly AnyMessage[] = [
  InferParameter,
  InferTensorContents,
  InferInputTensor,
  InferRequestedOutputTensor,
  ModelInferRequest,
  InferOutputTensor,
  ModelInferResponse,
  ModelStreamInferResponse,
];
