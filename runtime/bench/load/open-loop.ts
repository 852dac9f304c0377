import { arrivalTimes } from './arrivals';
import type { Connection } from './connection';
import { Histogram } from './histogram';
import { cpuSecondsSince, Errors, type OpenLoopResult } from './load-result';
import { openConnections } from './open-connections';
import { type Idle, waiter } from './pacing';
import type { Target } from './target';

export interface OpenLoopOptions {
  readonly ratePerSecond: number;
  /** Sent but not counted, before the measured time. */
  readonly warmupSeconds: number;
  readonly seconds: number;
  /** Requests under way at most; more wait in the client, and their wait counts as latency. */
  readonly connections: number;
  /** How long to wait for the last answers. */
  readonly drainSeconds: number;
  readonly idle: Idle;
  readonly seed: number;
}

/**
 * Sends at times fixed beforehand, whether or not earlier requests were answered, and measures from the intended
 * time. A server that stalls is charged for every request that would have been sent meanwhile.
 * Source: G. Tene, "How NOT to Measure Latency" (coordinated omission).
 */
export async function openLoop(target: Target, options: OpenLoopOptions): Promise<OpenLoopResult> {
  const run = new OpenLoopRun(options);
  const connections = await openConnections(target, options.connections, run.onReply);
  try {
    return await run.start(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

class OpenLoopRun {
  private readonly arrivals: Float64Array;
  private readonly latency = new Histogram();
  private readonly lag = new Histogram();
  private readonly errors = new Errors();
  private readonly free: Connection[] = [];
  private readonly intended = new Map<Connection, number>();
  private readonly wait: ReturnType<typeof waiter>;
  private startedAt = 0;
  private due = 0;
  private sent = 0;
  private answered = 0;

  constructor(private readonly options: OpenLoopOptions) {
    const { ratePerSecond, warmupSeconds, seconds, seed } = options;
    this.arrivals = arrivalTimes(ratePerSecond, warmupSeconds + seconds, seed);
    this.wait = waiter(options.idle);
  }

  readonly onReply = (connection: Connection, error: string | undefined): void => {
    const intended = this.intended.get(connection)!;
    this.intended.delete(connection);
    this.answered += 1;
    if (error !== undefined) this.errors.add(error);
    else this.record(performance.now() - this.startedAt, intended);
    this.free.push(connection);
    this.sendDue();
  };

  async start(connections: readonly Connection[]): Promise<OpenLoopResult> {
    this.free.push(...connections);
    const cpu = process.cpuUsage();
    this.startedAt = performance.now();
    const giveUp = (this.options.warmupSeconds + this.options.seconds + this.options.drainSeconds) * 1000;
    while (this.answered < this.arrivals.length) {
      const now = performance.now() - this.startedAt;
      if (now > giveUp) break;
      this.admit(now);
      await this.wait((this.arrivals[this.due] ?? giveUp) - now);
    }
    return this.result(cpu);
  }

  /** Lets every request in whose time has come. */
  private admit(now: number): void {
    while (this.due < this.arrivals.length && this.arrivals[this.due]! <= now) {
      this.lag.recordMs(now - this.arrivals[this.due]!);
      this.due += 1;
    }
    this.sendDue();
  }

  private sendDue(): void {
    while (this.sent < this.due && this.free.length > 0) {
      const connection = this.free.shift()!;
      this.intended.set(connection, this.arrivals[this.sent]!);
      this.sent += 1;
      connection.send();
    }
  }

  private record(now: number, intended: number): void {
    if (intended >= this.options.warmupSeconds * 1000) this.latency.recordMs(now - intended);
  }

  private result(cpu: NodeJS.CpuUsage): OpenLoopResult {
    const requests = this.latency.total;
    const now = performance.now() - this.startedAt;
    const waiting = [...this.intended.values(), ...this.arrivals.subarray(this.sent)];
    for (const intended of waiting) this.record(now, intended);
    return {
      requests,
      errors: this.errors.count,
      firstError: this.errors.first,
      seconds: this.options.seconds,
      latency: this.latency.toCounts(),
      clientCpuSeconds: cpuSecondsSince(cpu),
      offeredPerSecond: this.options.ratePerSecond,
      unfinished: waiting.length,
      clientLagP99Ms: this.lag.percentileMs(99),
    };
  }
}
