import { cohortOf } from '../../runtime/src/rollout/cohort';
import { LatencyHistogram } from '../../runtime/src/rollout/latency-histogram';
import { meanInterval, normalQuantile, wilson } from '../../runtime/src/rollout/wilson';

test.each([
  // Python 3.11: statistics.NormalDist().inv_cdf((1 + c) / 2).
  [0.5, 0.6744897502],
  [0.9, 1.644853627],
  [0.95, 1.959963985],
  [0.99, 2.575829304],
  [0.999, 3.290526731],
])('half the normal distribution around the mean: %d', (confidence, quantile) => {
  expect(normalQuantile(confidence)).toBeCloseTo(quantile, 7);
});

test.each([
  // Wilson's formula, computed apart in Python.
  [45, 50, 0.786398, 0.956524],
  [50, 50, 0.928648, 1],
  [0, 20, 0, 0.161125],
  [970, 1000, 0.957507, 0.9789],
])('the range of %d of %d', (hits, samples, low, high) => {
  const interval = wilson(hits, samples, normalQuantile(0.95));
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('nothing seen, nothing known', () => {
  expect(wilson(0, 0, 1.96)).toEqual({ low: 0, high: 1 });
  expect(meanInterval(1, 1, 1, 1.96).high).toBe(Number.POSITIVE_INFINITY);
});

test('the range of a mean', () => {
  // 1, 2, 3, 4: mean 2.5, deviation 1.2910, of the mean 0.6455.
  const { low, high } = meanInterval(10, 30, 4, 2);
  expect(low).toBeCloseTo(2.5 - 2 * 0.645497, 5);
  expect(high).toBeCloseTo(2.5 + 2 * 0.645497, 5);
});

test('quantiles of times are right to within 5 %', () => {
  const histogram = new LatencyHistogram();
  expect(histogram.quantile(0.5)).toBeUndefined();
  for (let i = 1; i <= 10_000; i++) histogram.add(i / 100);
  for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = share * 100;
    expect(histogram.quantile(share)! / exact).toBeGreaterThanOrEqual(0.999);
    expect(histogram.quantile(share)! / exact).toBeLessThanOrEqual(1.051);
  }
});

test('times out of all bounds are counted at the ends', () => {
  const histogram = new LatencyHistogram();
  histogram.add(0);
  histogram.add(1e9);
  expect(histogram.count).toBe(2);
  expect(histogram.quantile(0.5)).toBeLessThan(0.02);
  expect(histogram.quantile(1)).toBeGreaterThan(100_000);
});

test('requests without a key are spread evenly at every moment', () => {
  const place = cohortOf('model/2');
  for (let round = 1; round <= 50; round++) {
    const places = Array.from({ length: 20 }, () => place(undefined));
    expect(Math.abs(places.filter((at) => at < 0.1).length - 2)).toBeLessThanOrEqual(1);
  }
});

test('a key stays where it is, keys are spread, and another rollout places them elsewhere', () => {
  const place = cohortOf('model/2');
  const other = cohortOf('model/3');
  const keys = Array.from({ length: 4000 }, (_, i) => `user-${i}`);
  for (const key of keys.slice(0, 20)) expect(place(key)).toBe(place(key));
  const first = keys.filter((key) => place(key) < 0.1);
  expect(first.length).toBeGreaterThan(320);
  expect(first.length).toBeLessThan(480);
  const again = first.filter((key) => other(key) < 0.1);
  expect(again.length).toBeLessThan(first.length / 4);
});
