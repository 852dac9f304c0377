import { DTYPES, type Dtype } from '../../../contract';
import { FIXED32, FIXED64, LENGTH, VARINT } from '../wire/wire-error';

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
const TEXTS: ContentsField = { name: 'bytes_contents', number: 8, wireType: LENGTH, kind: 'bytes' };

export const CONTENTS_FIELDS = [BOOLS, INTS, INT64S, UINTS, UINT64S, FLOATS, DOUBLES, TEXTS];

/** The 16-bit floats are missing: the protocol has them as raw bytes only. */
const FIELDS: Readonly<Partial<Record<Dtype, ContentsField>>> = {
  BOOL: BOOLS,
  UINT8: UINTS,
  UINT16: UINTS,
  UINT32: UINTS,
  UINT64: UINT64S,
  INT8: INTS,
  INT16: INTS,
  INT32: INTS,
  INT64: INT64S,
  FP32: FLOATS,
  FP64: DOUBLES,
  BYTES: TEXTS,
};

export function contentsField(dtype: Dtype): ContentsField | undefined {
  return FIELDS[dtype];
}

export function isDtype(name: string): name is Dtype {
  return (DTYPES as readonly string[]).includes(name);
}
