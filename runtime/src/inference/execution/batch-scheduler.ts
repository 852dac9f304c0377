import type { Tensor } from '../../contract';
import type { Caller } from '../executor';
import { type Job, JobQueue } from './job-queue';
import { type Lane, LaneLostError, type RunDone } from './lane';
import { batchKey, stack, unstack } from './stack';

/** Facts about a model that decide how its requests share runs. */
export interface BatchRules {
  /** Whether the first dimension of every input counts rows. */
  readonly hasBatch: boolean;
  /** Whether a dimension below the first may differ between requests. */
  readonly hasVariableShape: boolean;
  /** Rows of one run at most; 1 runs every request alone. */
  readonly maxBatchRows: number;
  /** Time a request may wait for others while there is room in its batch, milliseconds. */
  readonly maxWaitMs: number;
}

/** Is told about every run, for metrics. */
export interface RunListener {
  /** @param queueMs how long the oldest request of the run had waited; times in milliseconds. */
  onRun(rows: number, requests: number, runMs: number, queueMs: number): void;
}

/** Weight of the newest run in the average: about the last twenty count. */
const SMOOTHING = 0.1;

/** A request that was in this many lost runs is taken for the cause. */
const MAX_LOST_RUNS = 2;

/**
 * One queue, any number of lanes. Requests that arrive in one turn of the event loop are looked at together, in
 * `setImmediate`; a batch is then what an idle lane's share of the queue comes to, up to the cap. So batches grow with
 * load by themselves and nobody waits for a timer (greedy batching; `maxWaitMs` is there for those who ask).
 */
export class BatchScheduler {
  private readonly queue = new JobQueue();
  private scheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private running = 0;
  /** Moving average over runs. */
  private msPerRow = 0;
  private closed = false;
  private onIdle: (() => void) | undefined;
  private readonly pump = (): void => this.dispatch();

  constructor(
    private readonly lanes: readonly Lane[],
    private readonly rules: BatchRules,
    private readonly listener: RunListener,
    private readonly lost: () => Error,
  ) {}

  /** Rows waiting for a run. */
  get waitingRows(): number {
    return this.queue.rows;
  }

  /** Time the rows that wait will take, by what the last runs took, milliseconds. */
  get expectedWaitMs(): number {
    return (this.queue.rows * this.msPerRow) / this.lanes.length;
  }

  /**
   * Runs one request, alone or in a batch with others.
   *
   * @param caller a request that has not started when its caller is gone is dropped, with CallerGoneError.
   */
  run(inputs: readonly Tensor[], caller?: Caller): Promise<Tensor[]> {
    return new Promise((resolve, reject) => {
      this.queue.push({
        inputs,
        rows: this.rules.hasBatch ? inputs[0]!.shape[0]! : 1,
        key: this.rules.hasVariableShape ? batchKey(inputs) : '',
        caller,
        arrived: performance.now(),
        resolve,
        reject,
        lostRuns: 0,
        alone: false,
      });
      this.wake();
    });
  }

  /** To be called when a lane has become idle by other means than a finished run: it has just started. */
  wake(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.pump);
  }

  /** Lets waiting and running requests finish, then closes the lanes. */
  async close(): Promise<void> {
    if (this.queue.length + this.running > 0) {
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
    }
    this.closed = true;
    clearTimeout(this.timer);
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  private dispatch(): void {
    this.scheduled = false;
    if (this.lanes.every((lane) => lane.dead)) this.queue.clear(this.lost());
    while (this.queue.length > 0) {
      const idle = this.lanes.reduce((count, lane) => count + (lane.idle ? 1 : 0), 0);
      if (idle === 0) return;
      const share = Math.min(this.rules.maxBatchRows, Math.ceil(this.queue.rows / idle));
      if (this.shouldWait(share)) return;
      const batch = this.queue.take(share);
      if (batch.length > 0) this.start(this.freest(), batch);
    }
    if (this.running === 0) this.onIdle?.();
  }

  private freest(): Lane {
    const idle = this.lanes.filter((lane) => lane.idle);
    return idle.reduce((best, lane) => ((lane.taken ?? 0) < (best.taken ?? 0) ? lane : best));
  }

  private shouldWait(share: number): boolean {
    const { maxWaitMs, maxBatchRows } = this.rules;
    if (maxWaitMs === 0 || share >= maxBatchRows || this.onIdle) return false;
    const left = this.queue.oldestArrival() + maxWaitMs - performance.now();
    if (left <= 0) return false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake(), left);
    return true;
  }

  private start(lane: Lane, batch: readonly Job[]): void {
    const started = performance.now();
    this.running++;
    const finished: RunDone = (error, outputs) => {
      this.running--;
      if (error instanceof LaneLostError) this.retry(batch, error.begun);
      else if (error !== undefined) this.fail(batch, error);
      else this.finish(batch, outputs!, started);
      // A closed scheduler has nothing left to start.
      if (!this.closed) this.wake();
    };
    // What was stacked is nobody's but the run's.
    lane.run(stack(batch.map((job) => job.inputs)), finished, batch.length > 1);
  }

  private finish(batch: readonly Job[], outputs: readonly Tensor[], started: number): void {
    const rows = batch.map((job) => job.rows);
    const parts = unstack(outputs, rows);
    for (let i = 0; i < batch.length; i++) batch[i]!.resolve(parts[i]!);
    const total = rows.reduce((sum, n) => sum + n, 0);
    const ended = performance.now();
    const runMs = ended - started;
    for (const { caller } of batch)
      if (caller?.stages) caller.stages.run = { started, ended, rows: total, requests: batch.length };
    this.msPerRow += SMOOTHING * (runMs / total - this.msPerRow);
    this.listener.onRun(total, batch.length, runMs, started - batch[0]!.arrived);
  }

  /** A lost worker takes no request with it: each is run again, alone, so that only the cause can be lost twice. */
  private retry(batch: readonly Job[], begun: boolean): void {
    const again: Job[] = [];
    for (const job of batch) {
      if (begun) job.lostRuns++;
      job.alone = true;
      if (job.lostRuns < MAX_LOST_RUNS) again.push(job);
      else job.reject(this.lost());
    }
    this.queue.unshift(again);
  }

  /** One bad request must not fail those it happened to share a run with: each is run again alone. */
  private fail(batch: readonly Job[], error: unknown): void {
    if (batch.length === 1) {
      batch[0]!.reject(error);
      return;
    }
    for (const job of batch) job.alone = true;
    this.queue.unshift(batch);
  }
}
