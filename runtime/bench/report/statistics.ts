import { type BucketCounts, Histogram } from '../load/histogram';

/** Fewer requests above a percentile than this say nothing about it. */
const SAMPLES_ABOVE = 10;

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : sorted[Math.floor(middle)]!;
}

export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Each round divided by the same round of the baseline: what slowed both cancels out. */
export function ratios(values: readonly number[], baseline: readonly number[]): Ratio | undefined {
  const rounds = Math.min(values.length, baseline.length);
  if (rounds === 0) return undefined;
  const each = Array.from({ length: rounds }, (_, i) => values[i]! / baseline[i]!);
  return { median: median(each), low: Math.min(...each), high: Math.max(...each) };
}

export interface Percentile {
  readonly milliseconds: number;
  /** Taken over all rounds together, because one round has too few requests. */
  readonly pooled: boolean;
}

/**
 * A latency percentile over several rounds: the median of the rounds, so that one disturbed round does not decide. With
 * too few requests a round, of all rounds together; with too few even then, undefined.
 */
export function percentile(rounds: readonly BucketCounts[], percent: number): Percentile | undefined {
  const histograms = rounds.map((counts) => Histogram.fromCounts(counts));
  const enough = (histogram: Histogram) => histogram.total * (1 - percent / 100) >= SAMPLES_ABOVE;
  if (histograms.length > 0 && histograms.every(enough)) {
    return { milliseconds: median(histograms.map((h) => h.percentileMs(percent))), pooled: false };
  }
  const all = Histogram.merged(histograms);
  return enough(all) ? { milliseconds: all.percentileMs(percent), pooled: true } : undefined;
}
