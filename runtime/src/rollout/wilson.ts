/** A share with the range it lies in. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Range of a share that was seen in a sample. Holds for few samples and shares near 0 and 1 too, where the plain normal
 * approximation gives ranges without width.
 *
 * Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).
 *
 * @param z quantile of the normal distribution, see `normalQuantile`.
 */
export function wilson(hits: number, samples: number, z: number): Interval {
  if (samples === 0) return { low: 0, high: 1 };
  const share = hits / samples;
  const square = (z * z) / samples;
  const centre = share + square / 2;
  const spread = z * Math.sqrt((share * (1 - share)) / samples + square / (4 * samples));
  const low = (centre - spread) / (1 + square);
  const high = (centre + spread) / (1 + square);
  return { low: Math.max(0, low), high: Math.min(1, high) };
}

/** Range of a mean, from sums of values and of their squares (normal approximation, as samples are many). */
export function meanInterval(sum: number, squares: number, samples: number, z: number): Interval {
  if (samples < 2) return { low: 0, high: Number.POSITIVE_INFINITY };
  const mean = sum / samples;
  const variance = Math.max(0, (squares - samples * mean * mean) / (samples - 1));
  const spread = z * Math.sqrt(variance / samples);
  return { low: mean - spread, high: mean + spread };
}

const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
] as const;
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
] as const;
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1] as const;
/** From here on the tail has an approximation of its own. */
const TAIL = 0.97575;

/**
 * How many standard deviations on both sides of the mean hold this share of a normal distribution: 1.96 for 0.95.
 * Source: P. J. Acklam's rational approximation of the inverse normal distribution; relative error below 1.15e-9.
 */
export function normalQuantile(confidence: number): number {
  const p = (1 + confidence) / 2;
  if (p > TAIL) {
    const q = Math.sqrt(-2 * Math.log(1 - p));
    return -polynomial(C, q) / polynomial(D, q);
  }
  const q = p - 0.5;
  return (polynomial(A, q * q) * q) / polynomial(B, q * q);
}

/** @param coefficients highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
