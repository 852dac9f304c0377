import fc from 'fast-check';
import { DTYPES, type Dtype, type NestedArray } from '../../runtime/src/contract';
import { nestedToTensor, tensorToNested } from '../../runtime/src/model';
import { problemsOf } from '../support/package-builder';

const refusal = (dtype: Dtype, nested: unknown) =>
  problemsOf(() => nestedToTensor('x', dtype, nested as NestedArray))[0];

test.each<[Dtype, NestedArray, unknown]>([
  ['BOOL', [true, false], new Uint8Array([1, 0])],
  ['UINT8', [0, 255], new Uint8Array([0, 255])],
  ['UINT16', [0, 65535], new Uint16Array([0, 65535])],
  ['UINT32', [0, 4294967295], new Uint32Array([0, 4294967295])],
  ['UINT64', [0, '18446744073709551615'], new BigUint64Array([0n, 18446744073709551615n])],
  ['INT8', [-128, 127], new Int8Array([-128, 127])],
  ['INT16', [-32768, 32767], new Int16Array([-32768, 32767])],
  ['INT32', [-2147483648, 2147483647], new Int32Array([-2147483648, 2147483647])],
  [
    'INT64',
    [1, '-9223372036854775808', 9007199254740991],
    new BigInt64Array([1n, -9223372036854775808n, 9007199254740991n]),
  ],
  ['FP16', [1, -2, 65504, 0.333251953125], new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x3555])],
  ['BF16', [1, -2, 3.140625], new Uint16Array([0x3f80, 0xc000, 0x4049])],
  ['FP32', [0.5, -1e30], new Float32Array([0.5, -1e30])],
  ['FP64', [0.1, 1e300], new Float64Array([0.1, 1e300])],
  ['BYTES', ['', 'ä€'], ['', 'ä€']],
])('%s goes in and out', (dtype, nested, data) => {
  const tensor = nestedToTensor('x', dtype, nested);
  expect(tensor).toEqual({ name: 'x', dtype, shape: [(nested as unknown[]).length], data });
  const back = nestedToTensor('x', dtype, tensorToNested(tensor));
  expect(back).toEqual(tensor);
});

test('64-bit integers come out as numbers while those are exact, then as strings', () => {
  const tensor = nestedToTensor('x', 'INT64', ['9007199254740991', '9007199254740993']);
  expect(tensorToNested(tensor)).toEqual([9007199254740991, '9007199254740993']);
});

test.each<[Dtype, unknown]>([
  ['BOOL', 1],
  ['BOOL', 'true'],
  ['UINT8', 256],
  ['UINT8', -1],
  ['UINT8', 1.5],
  ['UINT8', '1'],
  ['INT8', 128],
  ['INT32', 2 ** 31],
  ['INT64', 2 ** 53],
  ['INT64', '9223372036854775808'],
  ['INT64', '1.0'],
  ['INT64', ''],
  ['INT64', ' 1'],
  ['INT64', '0x10'],
  ['UINT64', '-1'],
  ['FP16', 65520],
  ['BF16', 3.4e38],
  ['FP32', 1e39],
  ['FP32', '1'],
  ['FP32', true],
  ['FP32', null],
  ['FP32', Number.NaN],
  ['FP64', Number.POSITIVE_INFINITY],
  ['BYTES', 1],
])('%s refuses %p, at its place', (dtype, value) => {
  const other = dtype === 'BYTES' ? 'a' : dtype === 'BOOL' ? true : 1;
  const problem = refusal(dtype, [
    [other, other],
    [other, value],
  ]);
  expect(problem).toMatchObject({ code: 'TENSOR_INVALID', at: 'x[1][1]', what: `the value is not ${dtype}` });
  expect(problem?.allowed).toBeTruthy();
});

test.each<[string, unknown, string, string]>([
  ['a shorter row', [[1, 2], [3]], 'x[1]', 'the arrays have different lengths'],
  ['a longer row', [[1], [2, 3]], 'x[1]', 'the arrays have different lengths'],
  ['a value in place of a row', [[1], 2], 'x[1]', 'the arrays have different lengths'],
  ['a row in place of a value', [[1, [2]]], 'x[0][1]', 'the arrays are nested unevenly'],
  [
    'raggedness far inside',
    [
      [[1], [2]],
      [[3], []],
    ],
    'x[1][1]',
    'the arrays have different lengths',
  ],
  ['an object', { 0: 1 }, 'x', 'the value is not FP32'],
])('%s is refused', (_, nested, at, what) => {
  expect(refusal('FP32', nested)).toMatchObject({ code: 'TENSOR_INVALID', at, what });
});

test('a value alone has rank 0', () => {
  const tensor = nestedToTensor('x', 'FP32', 2);
  expect(tensor).toMatchObject({ shape: [], data: new Float32Array([2]) });
  expect(tensorToNested(tensor)).toBe(2);
});

test('empty tensors keep their shape', () => {
  expect(nestedToTensor('x', 'FP32', []).shape).toEqual([0]);
  const tensor = nestedToTensor('x', 'FP32', [[], []]);
  expect(tensor.shape).toEqual([2, 0]);
  expect(tensorToNested(tensor)).toEqual([[], []]);
});

test('bottomless nesting is refused, not followed', () => {
  let nested: unknown = 1;
  for (let i = 0; i < 100_000; i++) nested = [nested];
  expect(refusal('FP32', nested)).toMatchObject({
    code: 'TENSOR_INVALID',
    what: 'the arrays are nested too deeply',
  });
});

test('bottomless nesting beside a flat value is refused as uneven', () => {
  let nested: unknown = 1;
  for (let i = 0; i < 100_000; i++) nested = [nested];
  expect(refusal('FP32', [1, nested])).toMatchObject({ at: 'x[1]', what: 'the arrays are nested unevenly' });
});

test('every tensor survives the way through nested arrays', () => {
  const values: Partial<Record<Dtype, fc.Arbitrary<NestedArray>>> = {
    BOOL: fc.boolean(),
    BYTES: fc.string(),
    INT64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
    UINT64: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
    FP32: fc.float({ noNaN: true, noDefaultInfinity: true }),
    FP64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  };
  const dtypes = fc.constantFrom(...DTYPES);
  const rows = dtypes.chain((dtype) =>
    fc.tuple(
      fc.constant(dtype),
      fc.array(fc.array(values[dtype] ?? fc.nat({ max: 100 }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
      }),
    ),
  );
  fc.assert(
    fc.property(rows, ([dtype, nested]) => {
      const tensor = nestedToTensor('x', dtype, nested);
      expect(tensor.shape).toEqual([nested.length, 3]);
      expect(nestedToTensor('x', dtype, tensorToNested(tensor))).toEqual(tensor);
    }),
    { numRuns: 200, seed: 1 },
  );
});
