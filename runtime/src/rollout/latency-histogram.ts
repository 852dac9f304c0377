/** Bucket boundaries grow by this factor: a quantile is told to within 5 %. */
const GROWTH = 1.05;
const LOG_GROWTH = Math.log(GROWTH);
const SHORTEST_MS = 0.01;
/** Up to about 700 s. */
const BUCKETS = 372;

/** Times to answer, counted in buckets that grow with the time: any quantile to within 5 %, in constant memory. */
export class LatencyHistogram {
  private readonly buckets = new Uint32Array(BUCKETS);
  private total = 0;

  get count(): number {
    return this.total;
  }

  add(ms: number): void {
    this.buckets[bucketOf(ms)]!++;
    this.total++;
  }

  /** Upper end of the bucket that holds the quantile, milliseconds; undefined when nothing was counted. */
  quantile(share: number): number | undefined {
    if (this.total === 0) return undefined;
    const wanted = Math.ceil(share * this.total);
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.buckets[i]!;
      if (seen >= wanted) return SHORTEST_MS * GROWTH ** (i + 1);
    }
    return undefined;
  }
}

function bucketOf(ms: number): number {
  const bucket = Math.floor(Math.log(ms / SHORTEST_MS) / LOG_GROWTH);
  return Math.min(Math.max(bucket, 0), BUCKETS - 1);
}
