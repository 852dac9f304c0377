import type { Tensor } from '../../contract';
import { type Caller, CallerGoneError } from '../executor';

/** One request waiting for its run. */
export interface Job {
  readonly inputs: readonly Tensor[];
  /** Size of the batch dimension; 1 for models without one. */
  readonly rows: number;
  /** Requests with equal keys can share a run. */
  readonly key: string;
  readonly caller: Caller | undefined;
  /** performance.now() when it came. */
  readonly arrived: number;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
  /** Runs that were lost with their worker. */
  lostRuns: number;
  /** Shares no run any more, since one that it was in failed. */
  alone: boolean;
}

/** Requests in order of arrival, taken out as batches. */
export class JobQueue {
  // Taken from the front and refilled rarely: an index is cheaper than shifting a long array.
  private jobs: Job[] = [];
  private head = 0;
  private waitingRows = 0;

  /** Rows of all waiting requests. */
  get rows(): number {
    return this.waitingRows;
  }

  get length(): number {
    return this.jobs.length - this.head;
  }

  /** When the first in line came; only for a queue that is not empty. */
  oldestArrival(): number {
    return this.jobs[this.head]!.arrived;
  }

  push(job: Job): void {
    this.jobs.push(job);
    this.waitingRows += job.rows;
  }

  /** Puts jobs back to the front, for a run that was lost. */
  unshift(jobs: readonly Job[]): void {
    this.jobs = [...jobs, ...this.jobs.slice(this.head)];
    this.head = 0;
    for (const job of jobs) this.waitingRows += job.rows;
  }

  /**
   * Takes the next batch: requests from the front that agree with the first one, up to `maxRows` rows. A request
   * larger than that goes alone. Requests whose caller has gone are dropped on the way and cost nothing more.
   */
  take(maxRows: number): Job[] {
    const batch: Job[] = [];
    let rows = 0;
    while (this.head < this.jobs.length) {
      const job = this.jobs[this.head]!;
      const gone = job.caller?.gone === true;
      if (!gone && batch.length > 0 && !fits(job, batch[0]!, rows, maxRows)) break;
      this.head++;
      this.waitingRows -= job.rows;
      if (gone) {
        job.reject(new CallerGoneError('nobody waits for this result any more'));
        continue;
      }
      batch.push(job);
      rows += job.rows;
    }
    this.compact();
    return batch;
  }

  /** Rejects everything that waits. */
  clear(error: unknown): void {
    for (const job of this.jobs.slice(this.head)) job.reject(error);
    this.jobs = [];
    this.head = 0;
    this.waitingRows = 0;
  }

  private compact(): void {
    if (this.head < 1024 && this.head < this.jobs.length) return;
    this.jobs = this.jobs.slice(this.head);
    this.head = 0;
  }
}

function fits(job: Job, first: Job, rows: number, maxRows: number): boolean {
  return job.key === first.key && rows + job.rows <= maxRows && !job.alone && !first.alone;
}
