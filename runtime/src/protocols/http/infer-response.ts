import type { Tensor } from '../../contract';
import { elementAt, type InferResult, type PredictResult } from '../../inference';

/** The JSON of an inference response. Written by hand: typed arrays join several times faster than they stringify. */
export function encodeInferResponse({ instance, outputs }: InferResult, id: string | undefined): string {
  const head = `{"model_name":${JSON.stringify(instance.name)},"model_version":${JSON.stringify(instance.version)}`;
  const echoed = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  return `${head}${echoed},"outputs":[${outputs.map(encodeTensor).join(',')}]}`;
}

export function encodePredictResponse({ instance, predictions }: PredictResult): string {
  return JSON.stringify({ model: instance.name, model_version: instance.version, predictions });
}

function encodeTensor(tensor: Tensor): string {
  const { name, shape, dtype } = tensor;
  return `{"name":${JSON.stringify(name)},"shape":[${shape.join(',')}],"datatype":"${dtype}","data":[${encodeData(tensor)}]}`;
}

/** JSON has no NaN or Infinity: they become null. 64-bit integers are written with all their digits. */
function encodeData({ dtype, data }: Tensor): string {
  switch (dtype) {
    case 'BYTES':
      return (data as string[]).map((text) => JSON.stringify(text)).join(',');
    case 'BOOL':
      return Array.from(data as Uint8Array, (bit) => (bit === 0 ? 'false' : 'true')).join(',');
    case 'FP16':
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
