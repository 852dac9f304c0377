import type { Logger } from '../logging';

export interface ProgressOptions {
  readonly logger: Logger;
  readonly everyMs: number;
  /** Rows of this worker, where that is known before. */
  readonly totalRows: number | undefined;
  /** A terminal to draw on. @default - there is none, the log tells */
  readonly terminal?: NodeJS.WriteStream | undefined;
}

const DRAW_MS = 250;
const BAR_WIDTH = 30;

/** Tells how far the job is: as a bar in a terminal, as lines in the log elsewhere. */
export class Progress {
  private rows = 0;
  private bad = 0;
  private readonly started = performance.now();
  private last = { at: performance.now(), rows: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: ProgressOptions) {
    const { terminal, everyMs } = options;
    this.timer = setInterval(() => this.tell(), terminal === undefined ? everyMs : DRAW_MS);
    this.timer.unref();
  }

  add(rows: number, bad: number): void {
    this.rows += rows;
    this.bad += bad;
  }

  get counted(): { readonly rows: number; readonly bad: number; readonly seconds: number } {
    return { rows: this.rows, bad: this.bad, seconds: (performance.now() - this.started) / 1000 };
  }

  close(): void {
    clearInterval(this.timer);
    if (this.options.terminal !== undefined) {
      this.tell();
      this.options.terminal.write('\n');
    }
  }

  private tell(): void {
    const now = performance.now();
    const { totalRows, terminal, logger } = this.options;
    const rowsPerSecond = Math.round((this.rows - this.last.rows) / ((now - this.last.at) / 1000));
    this.last = { at: now, rows: this.rows };
    const share = totalRows ? Math.min(1, this.rows / totalRows) : undefined;
    const average = this.rows / ((now - this.started) / 1000);
    const etaSeconds =
      totalRows === undefined || average === 0 ? undefined : Math.round((totalRows - this.rows) / average);
    const { rows, bad } = this;
    if (terminal === undefined) {
      const told = { event: 'batch_progress', rows, bad, rowsPerSecond, totalRows, share, etaSeconds };
      logger.info(told, 'scoring');
    } else terminal.write(`\r\u001b[K${line({ rows, bad, rowsPerSecond, share, etaSeconds })}`);
  }
}

interface Told {
  readonly rows: number;
  readonly bad: number;
  readonly rowsPerSecond: number;
  readonly share: number | undefined;
  readonly etaSeconds: number | undefined;
}

function line({ rows, bad, rowsPerSecond, share, etaSeconds }: Told): string {
  const number = (value: number): string => value.toLocaleString('en');
  const done = Math.round((share ?? 0) * BAR_WIDTH);
  const bar =
    share === undefined
      ? ''
      : `[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}] ${Math.floor(share * 100)} %  `;
  const eta = etaSeconds === undefined ? '' : `  ${etaSeconds} s left`;
  return `${bar}${number(rows)} rows, ${number(bad)} bad, ${number(rowsPerSecond)} rows/s${eta}`;
}
