import { Distribution } from '../../runtime/src/telemetry/distribution';

function taken(values: readonly number[]) {
  const distribution = new Distribution();
  for (const value of values) distribution.observe(value);
  return distribution.take();
}

test('nothing observed is nothing to tell', () => {
  expect(taken([])).toBeUndefined();
});

test('each value is at most 10 % off, ends and sum are exact', () => {
  for (let value = 0.02; value < 90_000; value *= 1.37) {
    const { Values, Counts } = taken([value / 2, value, value, value * 2])!;
    const middle = Values[Counts.indexOf(2)]!;
    expect(Math.abs(middle / value - 1)).toBeLessThan(0.1 + 1e-6);
  }
  expect(taken([3, 1, 2])).toMatchObject({ Min: 1, Max: 3, Sum: 6, Count: 3 });
});

test('values lie between the smallest and the largest, also at the edges', () => {
  expect(taken([0])).toEqual({ Values: [0], Counts: [1], Min: 0, Max: 0, Sum: 0, Count: 1 });
  expect(taken([5e6, 5e6])).toMatchObject({ Values: [5e6], Counts: [2] });
  expect(taken([7])).toMatchObject({ Values: [7], Counts: [1] });
});

test('however different, values stay within what CloudWatch takes at once', () => {
  const all = Array.from({ length: 5000 }, (_, i) => 0.001 * 1.005 ** i);
  const { Values, Counts, Count } = taken(all)!;
  expect(Values.length).toBeLessThanOrEqual(100);
  expect(Counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
  expect(Count).toBe(5000);
  expect([...Values].sort((a, b) => a - b)).toEqual(Values);
});

test('what was taken is not told again', () => {
  const distribution = new Distribution();
  distribution.observe(1);
  distribution.take();
  distribution.observe(100);
  expect(distribution.take()).toMatchObject({ Min: 100, Max: 100, Count: 1, Counts: [1] });
  expect(distribution.take()).toBeUndefined();
});
