import type { Tensor } from '@inferstack/runtime/contract';
import fc from 'fast-check';
import { batchKey, stack, unstack } from '../../runtime/src/inference/execution/stack';

const floats = (name: string, shape: number[], values: number[]): Tensor => ({
  name,
  dtype: 'FP32',
  shape,
  data: Float32Array.from(values),
});

test('a single request is passed on as it is', () => {
  const inputs = [floats('x', [2, 2], [1, 2, 3, 4])];
  expect(stack([inputs])).toBe(inputs);
});

test('what is stacked is cut into the same parts', () => {
  const rows = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 4 }), (sizes, width) => {
      let next = 0;
      const requests = sizes.map((n) => [
        floats(
          'x',
          [n, width],
          Array.from({ length: n * width }, () => next++),
        ),
      ]);
      const parts = unstack(stack(requests), sizes);
      expect(parts.map(([part]) => [part!.shape, [...(part!.data as Float32Array)]])).toEqual(
        requests.map(([request]) => [request!.shape, [...(request!.data as Float32Array)]]),
      );
    }),
  );
});

test('strings and 64-bit integers are stacked too', () => {
  const request = (text: string, id: bigint): Tensor[] => [
    { name: 's', dtype: 'BYTES', shape: [1, 1], data: [text] },
    { name: 'i', dtype: 'INT64', shape: [1], data: BigInt64Array.of(id) },
  ];
  const joint = stack([request('a', 1n), request('b', -2n)]);
  expect(joint.map(({ shape, data }) => [shape, [...data]])).toEqual([
    [
      [2, 1],
      ['a', 'b'],
    ],
    [[2], [1n, -2n]],
  ]);
  expect(unstack(joint, [1, 1])[1]).toEqual(request('b', -2n));
});

test('an output of one number per row is cut by rows', () => {
  const [first, second] = unstack([floats('score', [3], [7, 8, 9])], [2, 1]);
  expect(first![0]).toEqual(floats('score', [2], [7, 8]));
  expect(second![0]).toEqual(floats('score', [1], [9]));
});

test('requests of different inner shapes have different keys', () => {
  const sized = (length: number) => [floats('ids', [1, length], new Array(length).fill(0))];
  expect(batchKey(sized(3))).toBe(batchKey([floats('ids', [4, 3], new Array(12).fill(0))]));
  expect(batchKey(sized(3))).not.toBe(batchKey(sized(4)));
});
