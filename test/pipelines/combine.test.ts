import type { Dtype, Tensor, TensorData } from '../../runtime/src/contract';
import { fromFp16Bits, toFp16Bits } from '../../runtime/src/model';
import { combine } from '../../runtime/src/pipelines/combine';
import { rowTest } from '../../runtime/src/pipelines/condition';
import { gatherRows, scatterRows } from '../../runtime/src/pipelines/rows';
import { Scope } from '../../runtime/src/pipelines/scope';

const tensor = (dtype: Dtype, data: TensorData, shape: readonly number[] = [data.length]): Tensor => ({
  name: 'x',
  dtype,
  shape,
  data,
});
const votes = (...tensors: readonly Tensor[]) => tensors.map((one) => ({ tensor: one, weight: 1 }));

test('a mean is taken in double precision and rounded once', () => {
  const third = votes(
    tensor('FP32', Float32Array.of(0.1)),
    tensor('FP32', Float32Array.of(0.2)),
    tensor('FP32', Float32Array.of(0.4)),
  );
  const sum = Math.fround(0.1) + Math.fround(0.2) + Math.fround(0.4);
  expect(combine('mean', third).data).toEqual(Float32Array.of(sum / 3));
});

test('weights are shares of the members that are there', () => {
  const weighted = [
    { tensor: tensor('FP64', Float64Array.of(1)), weight: 3 },
    { tensor: tensor('FP64', Float64Array.of(2)), weight: 1 },
  ];
  expect(combine('mean', weighted).data).toEqual(Float64Array.of(1.25));
  expect(combine('mean', weighted.slice(0, 1)).data).toEqual(Float64Array.of(1));
});

test('16-bit floats are combined by value, not by pattern', () => {
  const half = (value: number) => tensor('FP16', Uint16Array.of(toFp16Bits(value)));
  const [mean] = combine('mean', votes(half(1), half(-2))).data as Uint16Array;
  expect(fromFp16Bits(mean!)).toBe(-0.5);
  const [max] = combine('max', votes(half(1), half(-2))).data as Uint16Array;
  expect(fromFp16Bits(max!)).toBe(1);
});

test('the largest of whole numbers is exact, and NaN is never hidden', () => {
  const big = (value: bigint) => tensor('INT64', BigInt64Array.of(value));
  expect(combine('max', votes(big(2n ** 53n), big(2n ** 53n + 1n))).data).toEqual(
    BigInt64Array.of(2n ** 53n + 1n),
  );
  const nan = votes(tensor('FP32', Float32Array.of(1)), tensor('FP32', Float32Array.of(Number.NaN)));
  expect(combine('max', nan).data).toEqual(Float32Array.of(Number.NaN));
  expect(combine('max', [...nan].reverse()).data).toEqual(Float32Array.of(Number.NaN));
});

test('the majority wins; of equally many the one said first', () => {
  const labels = (...texts: string[]) => tensor('BYTES', texts);
  const said = votes(labels('a', 'a', 'c'), labels('b', 'b', 'b'), labels('b', 'c', 'a'));
  expect(combine('vote', said).data).toEqual(['b', 'a', 'c']);
});

test('rows that are taken apart come together again, whatever they hold', () => {
  const patterns = new Float32Array(new Uint32Array([0x7fc00001, 1, 2, 0x80000000, 5, 6]).buffer);
  const bits = ({ data }: Tensor) => [...new Uint32Array((data as Float32Array).buffer)];
  for (const one of [
    tensor('FP32', patterns, [3, 2]),
    tensor('BYTES', ['a', 'b', 'c', 'd', 'e', 'f'], [3, 2]),
  ]) {
    const parts = [[2, 0], [1]].map((positions) => ({ positions, tensor: gatherRows(one, positions) }));
    const whole = scatterRows(parts);
    expect(whole.shape).toEqual([3, 2]);
    if (one.dtype === 'FP32') expect(bits(whole)).toEqual(bits(one));
    else expect(whole.data).toEqual(one.data);
  }
});

describe('a condition', () => {
  const scope = Scope.ofRequest([
    { ...tensor('FP32', Float32Array.of(0.7, Number.NaN, 0.6), [3, 1]), name: 'score' },
    { ...tensor('INT64', BigInt64Array.of(1n, 2n, 3n)), name: 'kind' },
    { ...tensor('BYTES', ['a', 'b', 'c']), name: 'label' },
    { ...tensor('BOOL', Uint8Array.of(1, 0, 0)), name: 'flag' },
  ]);
  const rows = (value: string, op: string, to: unknown) =>
    [0, 1, 2].filter(
      rowTest({ value: `request.${value}`, element: null, op: op as '==', to: to as number }, scope),
    );

  test.each<[string, string, unknown, number[]]>([
    ['score', '>=', 0.7, [0]],
    ['score', '==', 0.7, [0]],
    ['score', '<', 1, [0, 2]],
    ['score', '!=', 0.7, [1, 2]],
    ['kind', 'in', [1, 3], [0, 2]],
    ['kind', '>', 1, [1, 2]],
    ['label', '==', 'b', [1]],
    ['label', 'in', ['a', 'c'], [0, 2]],
    ['flag', '==', true, [0]],
  ])('%s %s %j holds for the rows it should', (value, op, to, expected) => {
    expect(rows(value, op, to)).toEqual(expected);
  });

  test('of several parts holds for some or for all of them', () => {
    const [one, two] = [
      { value: 'request.kind', element: null, op: '>=', to: 2 } as const,
      { value: 'request.label', element: null, op: '!=', to: 'c' } as const,
    ];
    expect([0, 1, 2].filter(rowTest({ all: [one, two] }, scope))).toEqual([1]);
    expect([0, 1, 2].filter(rowTest({ any: [one, two] }, scope))).toEqual([0, 1, 2]);
  });

  test('never holds for what was skipped', () => {
    const inner = scope.inner();
    inner.put('gone', undefined);
    const test = rowTest({ value: 'gone.score', element: null, op: '!=', to: 0 }, inner);
    expect([0, 1, 2].some(test)).toBe(false);
  });
});
