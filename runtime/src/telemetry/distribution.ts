/** Values with how often they occurred, as CloudWatch takes them for percentiles. */
export interface ValueCounts {
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Min: number;
  readonly Max: number;
  readonly Sum: number;
  readonly Count: number;
}

/** Each bucket reaches 20 % further than the one before: its middle is at most 10 % off. */
const GROWTH = 1.2;
const LOG_GROWTH = Math.log(GROWTH);
const LOWEST = 0.01;
/** Reaches beyond 100 000: 100 s in milliseconds. Below the 100 values CloudWatch takes at once. */
const BUCKETS = 90;

/** Counts positive numbers in buckets of constant relative width; smallest, largest and sum are exact. */
export class Distribution {
  private readonly counts = new Uint32Array(BUCKETS + 1);
  private count = 0;
  private sum = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;

  observe(value: number): void {
    this.counts[bucketOf(value)]! += 1;
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** What was observed since the last call; undefined when nothing was. */
  take(): ValueCounts | undefined {
    if (this.count === 0) return undefined;
    const { count, sum, min, max } = this;
    const filled = [...this.counts.keys()].filter((bucket) => this.counts[bucket]! > 0);
    const taken = {
      Values: filled.map((bucket) => round(Math.min(max, Math.max(min, middleOf(bucket))))),
      Counts: filled.map((bucket) => this.counts[bucket]!),
      ...{ Min: round(min), Max: round(max), Sum: round(sum), Count: count },
    };
    this.counts.fill(0);
    this.count = 0;
    this.sum = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = 0;
    return taken;
  }
}

/** Bucket 0 holds everything up to LOWEST, the last one everything beyond the largest bound. */
function bucketOf(value: number): number {
  if (value <= LOWEST) return 0;
  return Math.min(BUCKETS, 1 + Math.floor(Math.log(value / LOWEST) / LOG_GROWTH));
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (LOWEST * GROWTH ** (bucket - 1) * (1 + GROWTH)) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
