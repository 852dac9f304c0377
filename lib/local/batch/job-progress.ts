import type { Terminal } from '../progress';
import type { WorkerProgress } from './batch-worker';

const LINE_INTERVAL_MS = 10_000;

/** How far all workers are together: one line that is drawn anew in a terminal, now and then a line elsewhere. */
export class JobProgress {
  private readonly workers: (WorkerProgress | undefined)[];
  private nextLine = 0;
  private drawn = false;

  constructor(
    private readonly terminal: Terminal,
    workers: number,
  ) {
    this.workers = Array.from({ length: workers });
  }

  told(worker: number, progress: WorkerProgress): void {
    this.workers[worker] = progress;
    if (this.terminal.isTTY === true) {
      this.terminal.write(`\r\x1b[K${this.line()}`);
      this.drawn = true;
    } else if (performance.now() >= this.nextLine) {
      this.nextLine = performance.now() + LINE_INTERVAL_MS;
      this.terminal.write(`${this.line()}\n`);
    }
  }

  close(text: string): void {
    if (this.drawn) this.terminal.write('\r\x1b[K');
    this.terminal.write(`${this.line()}\n${text}\n`);
  }

  private line(): string {
    const told = this.workers.filter((worker) => worker !== undefined);
    const sum = (of: keyof WorkerProgress) => told.reduce((total, worker) => total + worker[of], 0);
    const number = (value: number) => value.toLocaleString('en');
    return `${number(sum('rows'))} rows, ${number(sum('bad'))} bad, ${number(sum('rowsPerSecond'))} rows/s, ${this.workers.length} workers`;
  }
}
