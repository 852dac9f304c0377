/**
 * Counts of durations in buckets whose width grows with the value: whole microseconds up to 256, then 128 buckets to
 * every doubling, so a value read back is at most 0.4 % off. Covers up to 35 minutes.
 * Source: the layout of HdrHistogram, https://hdrhistogram.org.
 */
export class Histogram {
  /** @param counts bucket index and count, as `toCounts` gives them */
  static fromCounts(counts: BucketCounts): Histogram {
    const histogram = new Histogram();
    for (const [index, count] of counts) {
      histogram.counts[index] = (histogram.counts[index] ?? 0) + count;
      histogram.total += count;
    }
    return histogram;
  }

  static merged(histograms: readonly Histogram[]): Histogram {
    return Histogram.fromCounts(histograms.flatMap((histogram) => histogram.toCounts()));
  }

  total = 0;
  private readonly counts: number[] = new Array(BUCKETS).fill(0);

  recordMs(milliseconds: number): void {
    const index = bucketOf(Math.min(Math.max(Math.round(milliseconds * 1000), 0), LARGEST));
    this.counts[index] = this.counts[index]! + 1;
    this.total += 1;
  }

  /** The value that `percent` of the recorded durations do not exceed, in milliseconds; NaN when nothing was recorded. */
  percentileMs(percent: number): number {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.total));
    let seen = 0;
    for (let index = 0; index < BUCKETS; index++) {
      seen += this.counts[index]!;
      if (seen >= rank) return middleOf(index) / 1000;
    }
    return Number.NaN;
  }

  /** The buckets that hold something. */
  toCounts(): BucketCounts {
    return [...this.counts.entries()].filter(([, count]) => count > 0);
  }
}

export type BucketCounts = readonly (readonly [index: number, count: number])[];

const SUB_BUCKETS = 128;
const LARGEST = 2 ** 31 - 1;
const BUCKETS = bucketOf(LARGEST) + 1;

function bucketOf(microseconds: number): number {
  const shift = Math.max(0, 24 - Math.clz32(microseconds));
  return shift * SUB_BUCKETS + (microseconds >>> shift);
}

function middleOf(index: number): number {
  const shift = Math.max(0, Math.floor(index / SUB_BUCKETS) - 1);
  const low = (index - shift * SUB_BUCKETS) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}
