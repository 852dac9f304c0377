import { RequestStats } from '../../lib/local/request-stats';

test('nothing yet', () => {
  expect(new RequestStats().snapshot(5000)).toEqual({
    requestsPerSecond: 0,
    p50Ms: null,
    p99Ms: null,
    errors: 0,
    requests: 0,
  });
});

test('percentiles within 5 %, at any magnitude', () => {
  const stats = new RequestStats();
  for (let i = 1; i <= 1000; i++) stats.record(i, i % 100 === 0, 1000);
  const { p50Ms, p99Ms, errors, requests } = stats.snapshot(1500);
  expect(p50Ms! / 500).toBeCloseTo(1, 1);
  expect(p99Ms! / 990).toBeCloseTo(1, 1);
  expect(Math.abs(p50Ms! / 500 - 1)).toBeLessThan(0.05);
  expect(Math.abs(p99Ms! / 990 - 1)).toBeLessThan(0.05);
  expect([errors, requests]).toEqual([10, 1000]);
});

test('the rate is over the last ten seconds, or since the first request', () => {
  const stats = new RequestStats();
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 20; i++) stats.record(1, false, second * 1000 + i);
    if (second === 4) expect(stats.snapshot(5000).requestsPerSecond).toBeCloseTo(20, 0);
  }
  expect(stats.snapshot(29_999).requestsPerSecond).toBeCloseTo(20, 0);
  expect(stats.snapshot(60_000)).toMatchObject({ requestsPerSecond: 0, p50Ms: null, requests: 600 });
});
