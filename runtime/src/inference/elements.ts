import { DTYPES, type Dtype, isFloat, type TensorData } from '../contract';
import { fromBf16Bits, fromFp16Bits, toBf16Bits, toFp16Bits } from '../model/half-float';
import { ELEMENTS } from '../model/tensor-elements';

/** How elements of one dtype come from a request. */
export interface ElementCodec {
  allocate(length: number): TensorData;
  /** Stores a JSON value; floats take null as NaN. False when the dtype cannot represent it. */
  set(data: TensorData, index: number, value: unknown): boolean;
  /** What `set` accepts, for messages. */
  readonly accepts: string;
}

/** What stands for NaN in the memory of floats. */
const MISSING: Readonly<Partial<Record<Dtype, number>>> = {
  FP16: toFp16Bits(Number.NaN),
  BF16: toBf16Bits(Number.NaN),
};

function codec(dtype: Dtype): ElementCodec {
  const { allowed, create, write } = ELEMENTS[dtype];
  if (!isFloat(dtype)) return { accepts: allowed, allocate: create, set: write };
  const missing = MISSING[dtype] ?? Number.NaN;
  return {
    accepts: allowed,
    allocate: create,
    set(data, index, value) {
      if (value !== null) return write(data, index, value);
      (data as Float32Array)[index] = missing;
      return true;
    },
  };
}

const CODECS: ReadonlyMap<string, ElementCodec> = new Map(DTYPES.map((dtype) => [dtype, codec(dtype)]));

/** Names of the dtypes a request may use. */
export const REQUEST_DTYPES: readonly string[] = [...CODECS.keys()];

/** Codec of a dtype that may come from outside. */
export function elementCodec(dtype: string): ElementCodec | undefined {
  return CODECS.get(dtype);
}

/** One element as a plain value: halves as numbers, 64-bit integers as bigint, BOOL as 0 or 1. */
export function elementAt(dtype: Dtype, data: TensorData, index: number): number | bigint | string {
  if (dtype === 'FP16') return fromFp16Bits((data as Uint16Array)[index]!);
  return dtype === 'BF16' ? fromBf16Bits((data as Uint16Array)[index]!) : data[index]!;
}

/** The value a dtype stores for a number. */
export function roundToDtype(dtype: Dtype, value: number): number {
  if (dtype === 'FP32') return Math.fround(value);
  if (dtype === 'FP16') return fromFp16Bits(toFp16Bits(value));
  if (dtype === 'BF16') return fromBf16Bits(toBf16Bits(value));
  return value;
}
