import type { BucketCounts } from './histogram';

/** What the client saw of one measurement. */
export interface LoadResult {
  /** Answered with HTTP 200. */
  readonly requests: number;
  readonly errors: number;
  readonly firstError: string | undefined;
  readonly seconds: number;
  /** Latencies of the answered requests. */
  readonly latency: BucketCounts;
  /** CPU time the client itself used. */
  readonly clientCpuSeconds: number;
}

export interface OpenLoopResult extends LoadResult {
  readonly offeredPerSecond: number;
  /** Requests that had no answer when the client gave up; their age then is part of the latencies. */
  readonly unfinished: number;
  /** How late the client itself was, 99th percentile, milliseconds. */
  readonly clientLagP99Ms: number;
}

/** Counts replies and remembers the first thing that went wrong. */
export class Errors {
  count = 0;
  first: string | undefined;

  add(message: string): void {
    this.count += 1;
    this.first ??= message;
  }
}

export function cpuSecondsSince(start: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1e6;
}
