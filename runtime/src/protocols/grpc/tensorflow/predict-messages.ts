import { Message, nested, nestedList, nestedMap } from '../schema/message';
import type { Service } from '../schema/proto-file';
import {
  bools,
  bytes,
  bytesList,
  doubles,
  enumeration,
  floats,
  int32s,
  int64,
  int64s,
  string,
  strings,
  uint32s,
  uint64s,
} from '../schema/scalars';

/**
 * What Predict of TensorFlow Serving is made of.
 * Source: https://github.com/tensorflow/serving, tensorflow_serving/apis/{prediction_service,predict,model}.proto, and
 * https://github.com/tensorflow/tensorflow, tensorflow/core/framework/{tensor,tensor_shape,types}.proto
 */
const TensorShape = new Message('tensorflow.TensorShapeProto', {
  dim: nestedList(2, new Message('tensorflow.TensorShapeProto.Dim', { size: int64(1) })),
});

export const TensorProto = new Message('tensorflow.TensorProto', {
  dtype: enumeration(1, 'tensorflow.DataType'),
  tensor_shape: nested(2, TensorShape),
  tensor_content: bytes(4),
  float_val: floats(5),
  double_val: doubles(6),
  int_val: int32s(7),
  string_val: bytesList(8),
  int64_val: int64s(10),
  bool_val: bools(11),
  half_val: int32s(13),
  uint32_val: uint32s(16),
  uint64_val: uint64s(17),
});

const ModelSpec = new Message('tensorflow.serving.ModelSpec', {
  name: string(1),
  version: nested(2, new Message('google.protobuf.Int64Value', { value: int64(1) })),
  signature_name: string(3),
  version_label: string(4),
});

export const PredictRequest = new Message('tensorflow.serving.PredictRequest', {
  model_spec: nested(1, ModelSpec),
  inputs: nestedMap(2, TensorProto),
  output_filter: strings(3),
});

export const PredictResponse = new Message('tensorflow.serving.PredictResponse', {
  outputs: nestedMap(1, TensorProto),
  model_spec: nested(2, ModelSpec),
});

/** Predict alone; the other methods are unimplemented, and reflection does not tell of it. */
export const predictionService = {
  fullName: 'tensorflow.serving.PredictionService',
  methods: [{ name: 'Predict', request: PredictRequest, response: PredictResponse }],
} as const satisfies Service;
