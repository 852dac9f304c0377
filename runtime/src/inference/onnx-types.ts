import type { Dtype, TensorData } from '../contract';

interface OnnxType {
  /** Name of the element type in onnxruntime-common. */
  readonly name: string;
  /** Whether data has the class this element type is passed in. */
  holds(data: TensorData): boolean;
}

function numeric(name: string, Data: { [Symbol.hasInstance](value: unknown): boolean }): OnnxType {
  return { name, holds: (data) => data instanceof Data };
}

/** What onnxruntime-node can take and give. BF16 is missing there. */
export const ONNX_TYPES: Readonly<Partial<Record<Dtype, OnnxType>>> = {
  BOOL: numeric('bool', Uint8Array),
  UINT8: numeric('uint8', Uint8Array),
  UINT16: numeric('uint16', Uint16Array),
  UINT32: numeric('uint32', Uint32Array),
  UINT64: numeric('uint64', BigUint64Array),
  INT8: numeric('int8', Int8Array),
  INT16: numeric('int16', Int16Array),
  INT32: numeric('int32', Int32Array),
  INT64: numeric('int64', BigInt64Array),
  FP16: numeric('float16', Uint16Array),
  FP32: numeric('float32', Float32Array),
  FP64: numeric('float64', Float64Array),
  BYTES: { name: 'string', holds: Array.isArray },
};

/** Float16 results come as Float16Array where the engine has one; the contract carries the bit patterns. */
export function fromOnnxData(dtype: Dtype, data: unknown): TensorData {
  if (dtype === 'FP16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)) {
    return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  }
  return data as TensorData;
}
