import type { Dtype, TensorData } from '../contract';
import { fromBf16Bits, fromFp16Bits, toBf16Bits, toFp16Bits } from './half-float';
import { integerBounds } from './integer-bounds';

/** An element as JSON carries it. */
export type Scalar = number | string | boolean;

/** How the elements of a dtype go from JSON into tensor data and back. */
export interface ElementCodec {
  /** What JSON values are accepted, for messages. */
  readonly allowed: string;
  create(length: number): TensorData;
  /** Stores a value; false when it does not fit the dtype. */
  write(data: TensorData, index: number, value: unknown): boolean;
  read(data: TensorData, index: number): Scalar;
}

type NumericArray = Exclude<TensorData, string[] | BigInt64Array | BigUint64Array>;
type BigArray = BigInt64Array | BigUint64Array;

const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function smallInteger(dtype: Dtype, create: (length: number) => NumericArray): ElementCodec {
  const [low, high] = integerBounds(dtype).map(Number) as [number, number];
  return {
    allowed: `whole numbers from ${low} to ${high}`,
    create,
    write: (data, index, value) => {
      if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) return false;
      (data as NumericArray)[index] = value as number;
      return true;
    },
    read: (data, index) => (data as NumericArray)[index]!,
  };
}

/** 64-bit integers: JSON numbers are exact up to 2^53 only, beyond that strings carry them both ways. */
function bigInteger(dtype: Dtype, create: (length: number) => BigArray): ElementCodec {
  const [low, high] = integerBounds(dtype);
  return {
    allowed: `whole numbers from ${low} to ${high}, as strings beyond ${Number.MAX_SAFE_INTEGER}`,
    create,
    write: (data, index, value) => {
      const exact = Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
      const big = exact ? BigInt(value as number | string) : undefined;
      if (big === undefined || big < low || big > high) return false;
      (data as BigArray)[index] = big;
      return true;
    },
    read: (data, index) => {
      const value = (data as BigArray)[index]!;
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    },
  };
}

/** Floats: finite numbers that stay finite in the dtype. `to` and `from` translate what the array stores. */
function float(
  dtype: Dtype,
  create: (length: number) => NumericArray,
  to: (value: number) => number = (value) => value,
  from: (stored: number) => number = (stored) => stored,
): ElementCodec {
  return {
    allowed: `finite numbers within the limits of ${dtype}`,
    create,
    write: (data, index, value) => {
      if (!finite(value)) return false;
      (data as NumericArray)[index] = to(value);
      return Number.isFinite(from((data as NumericArray)[index]!));
    },
    read: (data, index) => from((data as NumericArray)[index]!),
  };
}

const BOOL: ElementCodec = {
  allowed: 'true or false',
  create: (length) => new Uint8Array(length),
  write: (data, index, value) => {
    if (typeof value !== 'boolean') return false;
    (data as Uint8Array)[index] = value ? 1 : 0;
    return true;
  },
  read: (data, index) => (data as Uint8Array)[index] !== 0,
};

const BYTES: ElementCodec = {
  allowed: 'strings',
  create: (length) => new Array<string>(length).fill(''),
  write: (data, index, value) => {
    if (typeof value !== 'string') return false;
    (data as string[])[index] = value;
    return true;
  },
  read: (data, index) => (data as string[])[index]!,
};

export const ELEMENTS: Readonly<Record<Dtype, ElementCodec>> = {
  BOOL,
  BYTES,
  UINT8: smallInteger('UINT8', (n) => new Uint8Array(n)),
  UINT16: smallInteger('UINT16', (n) => new Uint16Array(n)),
  UINT32: smallInteger('UINT32', (n) => new Uint32Array(n)),
  UINT64: bigInteger('UINT64', (n) => new BigUint64Array(n)),
  INT8: smallInteger('INT8', (n) => new Int8Array(n)),
  INT16: smallInteger('INT16', (n) => new Int16Array(n)),
  INT32: smallInteger('INT32', (n) => new Int32Array(n)),
  INT64: bigInteger('INT64', (n) => new BigInt64Array(n)),
  FP16: float('FP16', (n) => new Uint16Array(n), toFp16Bits, fromFp16Bits),
  BF16: float('BF16', (n) => new Uint16Array(n), toBf16Bits, fromBf16Bits),
  FP32: float('FP32', (n) => new Float32Array(n)),
  FP64: float('FP64', (n) => new Float64Array(n)),
};
