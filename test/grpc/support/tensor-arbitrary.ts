import fc from 'fast-check';
import { DTYPES, type Dtype, type Tensor, type TensorData } from '../../../runtime/src/contract';

/** Well-formed text: half a surrogate pair has no UTF-8. */
export const text = (): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength: 40 });

const ELEMENTS: Readonly<Record<Dtype, (length: number) => fc.Arbitrary<TensorData>>> = {
  BOOL: (n) => list(fc.nat(1), n).map((a) => Uint8Array.from(a)),
  UINT8: (n) => list(fc.nat(255), n).map((a) => Uint8Array.from(a)),
  UINT16: (n) => list(fc.nat(65535), n).map((a) => Uint16Array.from(a)),
  UINT32: (n) => list(fc.nat(0xffffffff), n).map((a) => Uint32Array.from(a)),
  UINT64: (n) => list(fc.bigInt(0n, 2n ** 64n - 1n), n).map((a) => BigUint64Array.from(a)),
  INT8: (n) => list(fc.integer({ min: -128, max: 127 }), n).map((a) => Int8Array.from(a)),
  INT16: (n) => list(fc.integer({ min: -32768, max: 32767 }), n).map((a) => Int16Array.from(a)),
  INT32: (n) => list(fc.integer(), n).map((a) => Int32Array.from(a)),
  INT64: (n) => list(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), n).map((a) => BigInt64Array.from(a)),
  FP16: (n) => list(fc.nat(65535), n).map((a) => Uint16Array.from(a)),
  BF16: (n) => list(fc.nat(65535), n).map((a) => Uint16Array.from(a)),
  FP32: (n) => list(fc.float(), n).map((a) => Float32Array.from(a)),
  FP64: (n) => list(fc.double(), n).map((a) => Float64Array.from(a)),
  BYTES: (n) => list(text(), n),
};

/** A tensor of any dtype and shape, empty ones included. */
export function tensorArbitrary(): fc.Arbitrary<Tensor> {
  return fc.tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat(5), { maxLength: 3 })).chain(([dtype, shape]) =>
    ELEMENTS[dtype](shape.reduce((product, size) => product * size, 1)).map((data) => ({
      name: 'tensor',
      dtype,
      shape,
      data,
    })),
  );
}

function list<T>(element: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(element, { minLength: length, maxLength: length });
}
