import { growthMiB } from './growth';

const noise = [3, -2, 5, 0, -4, 1, 2, -5];
const readings = (count: number, at: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => at(i) + noise[i % noise.length]!);

test('a steady leak is seen through the noise of garbage collection', () => {
  expect(growthMiB(readings(80, (i) => 100 + i))).toBeGreaterThan(50);
});

test('memory that settles is flat, however steep its beginning', () => {
  expect(Math.abs(growthMiB(readings(80, (i) => 150 - 80 * Math.exp(-i / 3))))).toBeLessThan(3);
});
