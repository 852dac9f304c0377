import type { Dtype, InputSpec, OutputSpec } from '../../../contract';
import { jsonReply, type Reply } from '../../http/reply';
import type { ContractRequest } from '../contract';
import { SIGNATURE } from './predict';

/** Source: https://github.com/tensorflow/tensorflow, tensorflow/core/framework/types.proto */
const TYPES: Readonly<Record<Dtype, string>> = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  BF16: 'DT_BFLOAT16',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
};

/** The signature of a model as GetModelMetadataResponse has it in JSON. */
export function modelMetadata({ parts, model, version }: ContractRequest): Reply {
  const { manifest } = parts.service.model(model, version);
  const { inputs, outputs } = manifest.signature;
  const signature = {
    inputs: Object.fromEntries(inputs.map((spec) => [spec.name, tensorInfo(spec)])),
    outputs: Object.fromEntries(outputs.map((spec) => [spec.name, tensorInfo(spec)])),
    method_name: 'tensorflow/serving/predict',
  };
  return jsonReply(
    JSON.stringify({
      model_spec: { name: manifest.name, signature_name: '', version: manifest.version },
      metadata: { signature_def: { signature_def: { [SIGNATURE]: signature } } },
    }),
  );
}

function tensorInfo({ name, dtype, shape }: InputSpec | OutputSpec): object {
  const dim = shape.map((size) => ({ size: typeof size === 'number' ? String(size) : '-1', name: '' }));
  return { dtype: TYPES[dtype], tensor_shape: { dim, unknown_rank: false }, name };
}
