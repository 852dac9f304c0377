import * as fc from 'fast-check';
import { Histogram } from '../../runtime/bench/load/histogram';

function filled(milliseconds: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of milliseconds) histogram.recordMs(value);
  return histogram;
}

test('percentiles are within 0.4 % or half a microsecond of the exact nearest rank', () => {
  const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(durations, fc.constantFrom(1, 50, 90, 99, 99.9, 100), (values, percent) => {
      const sorted = [...values].sort((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1]!;
      const got = filled(values).percentileMs(percent);
      return Math.abs(got - exact) <= 0.004 * exact + 0.0005 + 1e-9;
    }),
  );
});

test('histograms of several rounds add up', () => {
  const merged = Histogram.merged([filled([1, 1, 1]), filled([500])]);
  expect(merged.total).toBe(4);
  expect(merged.percentileMs(75)).toBe(filled([1]).percentileMs(50));
  expect(merged.percentileMs(100)).toBe(filled([500]).percentileMs(50));
});

test('durations beyond 35 minutes stay in the last bucket', () => {
  expect(filled([1e9]).percentileMs(50)).toBeGreaterThan(2_100_000);
});

test('nothing recorded has no percentile', () => {
  expect(new Histogram().percentileMs(99)).toBeNaN();
});
