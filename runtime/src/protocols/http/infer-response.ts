import type { Tensor } from '../../contract';
import {
  DEGRADED_PARAMETER,
  degradationText,
  elementAt,
  type InferResult,
  type PredictResult,
} from '../../inference';
import { tensorBytes } from '../../inference/tensor-bytes';
import { HEADER_LENGTH } from './infer-body';
import type { InferRequest } from './infer-request';
import { jsonReply, type Reply } from './reply';

/** Raw tensors start on a multiple of it, so that clients can use them where they lie. */
const ALIGNMENT = 8;

/**
 * Encodes an inference response: JSON, and behind it the outputs that are wanted as raw bytes; their memory is sent as
 * it is. The JSON is written by hand: typed arrays join several times faster than they stringify.
 */
export function encodeInferResponse(
  { instance, outputs, degraded }: InferResult,
  request: Pick<InferRequest, 'id' | 'outputs' | 'binary'>,
): Reply {
  const binary: Uint8Array[] = [];
  const tensors = outputs.map((tensor, i) => {
    if (!(request.outputs?.[i]?.binary ?? request.binary)) return encodeTensor(tensor);
    const bytes = tensorBytes(tensor);
    binary.push(bytes);
    return `${encodeHead(tensor)},"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const { id } = request;
  const head = `{"model_name":${JSON.stringify(instance.name)},"model_version":${JSON.stringify(instance.version)}`;
  const echoed = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  const parameters =
    degraded === undefined
      ? ''
      : `,"parameters":${JSON.stringify({ [DEGRADED_PARAMETER]: degradationText(degraded) })}`;
  const json = `${head}${echoed}${parameters},"outputs":[${tensors.join(',')}]}`;
  return binary.length === 0 ? jsonReply(json) : binaryReply(json, binary);
}

export function encodePredictResponse({ instance, predictions, degraded }: PredictResult): Reply {
  const { name, version } = instance;
  return jsonReply(JSON.stringify({ model: name, model_version: version, predictions, degraded }));
}

function binaryReply(json: string, binary: readonly Uint8Array[]): Reply {
  const bytes = Buffer.byteLength(json);
  const length = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  return {
    contentType: 'application/octet-stream',
    parts: [json + ' '.repeat(length - bytes), ...binary],
    headers: [HEADER_LENGTH, String(length)],
    binary: true,
  };
}

function encodeHead({ name, shape, dtype }: Tensor): string {
  return `{"name":${JSON.stringify(name)},"shape":[${shape.join(',')}],"datatype":"${dtype}"`;
}

function encodeTensor(tensor: Tensor): string {
  return `${encodeHead(tensor)},"data":[${encodeData(tensor)}]}`;
}

/** JSON has no NaN or Infinity: they become null. 64-bit integers are written with all their digits. */
function encodeData({ dtype, data }: Tensor): string {
  switch (dtype) {
    case 'BYTES':
      return (data as string[]).map((text) => JSON.stringify(text)).join(',');
    case 'BOOL':
      return Array.from(data as Uint8Array, (bit) => (bit === 0 ? 'false' : 'true')).join(',');
    case 'FP16':
    case 'BF16':
      return Array.from(data as Uint16Array, (_, i) => jsonNumber(Number(elementAt(dtype, data, i)))).join(
        ',',
      );
    case 'FP32':
    case 'FP64':
      return encodeFloats(data as Float32Array | Float64Array);
    default:
      return data.join(',');
  }
}

function encodeFloats(data: Float32Array | Float64Array): string {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) return Array.from(data, jsonNumber).join(',');
  }
  return data.join(',');
}

function jsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
