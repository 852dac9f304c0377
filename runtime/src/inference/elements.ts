import type { Dtype, TensorData } from '../contract';
import { fromHalf, toHalf } from './float16';

/** How elements of one dtype are stored, taken from JSON and told in messages. */
export interface ElementCodec {
  allocate(length: number): TensorData;
  /** Stores a JSON value. False when the dtype cannot represent it exactly enough; floats take null as NaN. */
  set(data: TensorData, index: number, value: unknown): boolean;
  /** What `set` accepts, for messages. */
  readonly accepts: string;
}

const FLOAT_ACCEPTS = 'a number';

function float(Data: Float32ArrayConstructor | Float64ArrayConstructor): ElementCodec {
  return {
    accepts: FLOAT_ACCEPTS,
    allocate: (length) => new Data(length),
    set(data, index, value) {
      if (typeof value === 'number') (data as Float32Array)[index] = value;
      else if (value === null) (data as Float32Array)[index] = Number.NaN;
      else return false;
      return true;
    },
  };
}

const float16: ElementCodec = {
  accepts: FLOAT_ACCEPTS,
  allocate: (length) => new Uint16Array(length),
  set(data, index, value) {
    if (typeof value !== 'number' && value !== null) return false;
    (data as Uint16Array)[index] = toHalf(value ?? Number.NaN);
    return true;
  },
};

type SmallInteger = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

function integer(Data: new (length: number) => SmallInteger, low: number, high: number): ElementCodec {
  return {
    accepts: `a whole number from ${low} to ${high}`,
    allocate: (length) => new Data(length),
    set(data, index, value) {
      if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) return false;
      (data as SmallInteger)[index] = value as number;
      return true;
    },
  };
}

function bigInteger(
  Data: BigInt64ArrayConstructor | BigUint64ArrayConstructor,
  low: bigint,
  high: bigint,
): ElementCodec {
  return {
    accepts: `a whole number from ${low} to ${high}; beyond 2^53 as a string of digits`,
    allocate: (length) => new Data(length),
    set(data, index, value) {
      // JSON numbers beyond 2^53 were rounded by the parser already: refuse them instead of using another number.
      const whole = Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
      if (!whole) return false;
      const exact = BigInt(value as number | string);
      if (exact < low || exact > high) return false;
      (data as BigInt64Array)[index] = exact;
      return true;
    },
  };
}

const bool: ElementCodec = {
  accepts: 'true or false',
  allocate: (length) => new Uint8Array(length),
  set(data, index, value) {
    if (typeof value !== 'boolean') return false;
    (data as Uint8Array)[index] = value ? 1 : 0;
    return true;
  },
};

const bytes: ElementCodec = {
  accepts: 'a string',
  allocate: (length) => new Array<string>(length).fill(''),
  set(data, index, value) {
    if (typeof value !== 'string') return false;
    (data as string[])[index] = value;
    return true;
  },
};

/** BF16 is missing: no engine here takes it, and packages that use it are refused when they are loaded. */
export const ELEMENTS: Readonly<Record<Exclude<Dtype, 'BF16'>, ElementCodec>> = {
  BOOL: bool,
  UINT8: integer(Uint8Array, 0, 0xff),
  UINT16: integer(Uint16Array, 0, 0xffff),
  UINT32: integer(Uint32Array, 0, 0xffffffff),
  UINT64: bigInteger(BigUint64Array, 0n, 2n ** 64n - 1n),
  INT8: integer(Int8Array, -0x80, 0x7f),
  INT16: integer(Int16Array, -0x8000, 0x7fff),
  INT32: integer(Int32Array, -0x80000000, 0x7fffffff),
  INT64: bigInteger(BigInt64Array, -(2n ** 63n), 2n ** 63n - 1n),
  FP16: float16,
  FP32: float(Float32Array),
  FP64: float(Float64Array),
  BYTES: bytes,
};

/** Codec of a dtype that may come from outside. */
export function elementCodec(dtype: string): ElementCodec | undefined {
  return Object.hasOwn(ELEMENTS, dtype) ? ELEMENTS[dtype as keyof typeof ELEMENTS] : undefined;
}

/** One element as a plain value: halves as numbers, 64-bit integers as bigint, BOOL as 0 or 1. */
export function elementAt(dtype: Dtype, data: TensorData, index: number): number | bigint | string {
  return dtype === 'FP16' ? fromHalf((data as Uint16Array)[index]!) : data[index]!;
}

/** The value a float dtype stores for a number. */
export function roundToDtype(dtype: Dtype, value: number): number {
  if (dtype === 'FP32') return Math.fround(value);
  if (dtype === 'FP16') return fromHalf(toHalf(value));
  return value;
}
