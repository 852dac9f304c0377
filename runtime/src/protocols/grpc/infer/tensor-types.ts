import { DTYPES, type Dtype, type TensorData } from '../../../contract';
import { FIXED32, FIXED64, LENGTH, VARINT } from '../wire/wire-error';

export type NumericData = Exclude<TensorData, string[]>;

export interface NumericDataConstructor {
  new (length: number): NumericData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericData;
  readonly BYTES_PER_ELEMENT: number;
}

/** The field of InferTensorContents that carries a dtype. */
export interface ContentsField {
  readonly name: string;
  readonly number: number;
  /** Wire type of one element. */
  readonly wireType: number;
  /** How a number on the wire is understood. */
  readonly kind: 'bool' | 'bytes' | 'fixed' | 'signed' | 'unsigned' | 'wide';
}

const BOOLS: ContentsField = { name: 'bool_contents', number: 1, wireType: VARINT, kind: 'bool' };
const INTS: ContentsField = { name: 'int_contents', number: 2, wireType: VARINT, kind: 'signed' };
const INT64S: ContentsField = { name: 'int64_contents', number: 3, wireType: VARINT, kind: 'wide' };
const UINTS: ContentsField = { name: 'uint_contents', number: 4, wireType: VARINT, kind: 'unsigned' };
const UINT64S: ContentsField = { name: 'uint64_contents', number: 5, wireType: VARINT, kind: 'wide' };
const FLOATS: ContentsField = { name: 'fp32_contents', number: 6, wireType: FIXED32, kind: 'fixed' };
const DOUBLES: ContentsField = { name: 'fp64_contents', number: 7, wireType: FIXED64, kind: 'fixed' };
export const TEXTS: ContentsField = { name: 'bytes_contents', number: 8, wireType: LENGTH, kind: 'bytes' };

export const CONTENTS_FIELDS = [BOOLS, INTS, INT64S, UINTS, UINT64S, FLOATS, DOUBLES, TEXTS];

interface NumericType {
  readonly Data: NumericDataConstructor;
  /** Undefined for the 16-bit floats: the protocol has them as raw bytes only. */
  readonly contents: ContentsField | undefined;
}

const NUMERIC_TYPES: Readonly<Record<Exclude<Dtype, 'BYTES'>, NumericType>> = {
  BOOL: { Data: Uint8Array, contents: BOOLS },
  UINT8: { Data: Uint8Array, contents: UINTS },
  UINT16: { Data: Uint16Array, contents: UINTS },
  UINT32: { Data: Uint32Array, contents: UINTS },
  UINT64: { Data: BigUint64Array, contents: UINT64S },
  INT8: { Data: Int8Array, contents: INTS },
  INT16: { Data: Int16Array, contents: INTS },
  INT32: { Data: Int32Array, contents: INTS },
  INT64: { Data: BigInt64Array, contents: INT64S },
  FP16: { Data: Uint16Array, contents: undefined },
  BF16: { Data: Uint16Array, contents: undefined },
  FP32: { Data: Float32Array, contents: FLOATS },
  FP64: { Data: Float64Array, contents: DOUBLES },
};

/** How a numeric dtype lies in memory and on the wire; undefined for BYTES. */
export function numericType(dtype: Dtype): NumericType | undefined {
  return dtype === 'BYTES' ? undefined : NUMERIC_TYPES[dtype];
}

export function contentsField(dtype: Dtype): ContentsField | undefined {
  return dtype === 'BYTES' ? TEXTS : NUMERIC_TYPES[dtype].contents;
}

export function isDtype(name: string): name is Dtype {
  return (DTYPES as readonly string[]).includes(name);
}
