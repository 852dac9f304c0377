import type { Dtype } from './dtype';

/**
 * Elements of a tensor in row-major order. BOOL is a Uint8Array of 0 and 1; FP16 and BF16 are the raw 16-bit
 * patterns in a Uint16Array; BYTES is an array of strings.
 */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

/** A named tensor, the unit every protocol decodes to and encodes from. */
export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}
