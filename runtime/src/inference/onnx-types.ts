import type { Dtype, TensorData } from '../contract';

type DataClass = { readonly name: string; [Symbol.hasInstance](value: unknown): boolean };

interface OnnxType {
  /** Name of the element type in onnxruntime-common. */
  readonly name: string;
  /** Class of the data; BYTES is an array of strings. */
  readonly data: DataClass;
}

/** What onnxruntime-node can take and give. BF16 is missing there. */
export const ONNX_TYPES: Readonly<Partial<Record<Dtype, OnnxType>>> = {
  BOOL: { name: 'bool', data: Uint8Array },
  UINT8: { name: 'uint8', data: Uint8Array },
  UINT16: { name: 'uint16', data: Uint16Array },
  UINT32: { name: 'uint32', data: Uint32Array },
  UINT64: { name: 'uint64', data: BigUint64Array },
  INT8: { name: 'int8', data: Int8Array },
  INT16: { name: 'int16', data: Int16Array },
  INT32: { name: 'int32', data: Int32Array },
  INT64: { name: 'int64', data: BigInt64Array },
  FP16: { name: 'float16', data: Uint16Array },
  FP32: { name: 'float32', data: Float32Array },
  FP64: { name: 'float64', data: Float64Array },
  BYTES: { name: 'string', data: Array },
};

/** Float16 results come as Float16Array where the engine has one; the contract carries the bit patterns. */
export function fromOnnxData(dtype: Dtype, data: unknown): TensorData {
  if (dtype === 'FP16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)) {
    return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  }
  return data as TensorData;
}
