const WINDOW_SECONDS = 10;
const GROWTH = 1.05;
const SMALLEST_MS = 0.01;
const BUCKETS = 340; // up to 0.01 ms * 1.05^340 = 160 s

/** Requests of the last ten seconds, as `inferstack up` shows them. */
export interface StatsSnapshot {
  readonly requestsPerSecond: number;
  /** Milliseconds, within 5 %; null without requests. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Answers of 500 and above, and broken connections, since the start. */
  readonly errors: number;
  /** Since the start. */
  readonly requests: number;
}

interface Second {
  second: number;
  readonly counts: Uint32Array;
}

/** Counts requests in logarithmic buckets per second: constant memory at any rate. */
export class RequestStats {
  private readonly seconds: Second[] = Array.from({ length: WINDOW_SECONDS }, () => ({
    second: -1,
    counts: new Uint32Array(BUCKETS),
  }));
  private requests = 0;
  private errors = 0;
  private firstMs: number | undefined;

  /** @param nowMs a clock that only goes forward, such as `performance.now()`. */
  record(durationMs: number, failed: boolean, nowMs: number): void {
    this.firstMs ??= nowMs;
    this.requests++;
    if (failed) this.errors++;
    const second = Math.floor(nowMs / 1000);
    const slot = this.seconds[second % WINDOW_SECONDS]!;
    if (slot.second !== second) {
      slot.second = second;
      slot.counts.fill(0);
    }
    slot.counts[bucketOf(durationMs)]!++;
  }

  snapshot(nowMs: number): StatsSnapshot {
    const now = Math.floor(nowMs / 1000);
    const counts = new Uint32Array(BUCKETS);
    for (const slot of this.seconds) {
      if (slot.second < 0 || now - slot.second >= WINDOW_SECONDS) continue;
      slot.counts.forEach((count, i) => {
        counts[i]! += count;
      });
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    const age = (nowMs - (this.firstMs ?? nowMs)) / 1000;
    return {
      requestsPerSecond: total / Math.min(WINDOW_SECONDS, Math.max(1, age)),
      p50Ms: quantile(counts, total, 0.5),
      p99Ms: quantile(counts, total, 0.99),
      errors: this.errors,
      requests: this.requests,
    };
  }
}

function bucketOf(ms: number): number {
  const bucket = Math.ceil(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH));
  return Math.min(BUCKETS - 1, Math.max(0, bucket));
}

function quantile(counts: Uint32Array, total: number, q: number): number | null {
  if (total === 0) return null;
  const rank = Math.ceil(q * total);
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i]!;
    if (seen >= rank) return SMALLEST_MS * GROWTH ** i;
  }
  return null;
}
