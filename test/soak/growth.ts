/** Caches fill and the collector finds its pace in the first readings: they are left out. */
const SETTLING = 1 / 4;

/**
 * How much memory grew from the settled readings to the last, by the line of least squares through them: single
 * readings say more about the garbage collector than about the program.
 *
 * @param readings MiB at equal distances
 */
export function growthMiB(readings: readonly number[]): number {
  const settled = readings.slice(Math.ceil(readings.length * SETTLING));
  const n = settled.length;
  if (n < 2) return 0;
  const meanX = (n - 1) / 2;
  const meanY = settled.reduce((sum, y) => sum + y, 0) / n;
  const covariance = settled.reduce((sum, y, x) => sum + (x - meanX) * (y - meanY), 0);
  const variance = settled.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return (covariance / variance) * (n - 1);
}
