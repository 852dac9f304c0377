import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

/** What a drill came to. */
export interface DrillRow {
  readonly drill: string;
  /** From the first moment the candidate could have done harm, its start, to the rollback; null: it never started. */
  readonly secondsToRollback: number | null;
  /** Requests the candidate answered. */
  readonly exposed: number;
  /** Requests that were not answered well, by whomever. */
  readonly lost: number;
  readonly requests: number;
  readonly reason: string;
}

const FILE = path.resolve(__dirname, '../../../out/drills.json');

/** Collects what drills came to; writes it as `out/drills.json` and as a table. */
export class DrillReport {
  private readonly rows: DrillRow[] = [];

  add(row: DrillRow): void {
    this.rows.push(row);
  }

  write(): void {
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`;
    mkdirSync(path.dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify({ machine, drills: this.rows }, undefined, 2)}\n`);
    process.stdout.write(`\n${machine}\n\n${table(this.rows)}\n`);
  }
}

function table(rows: readonly DrillRow[]): string {
  const cells = rows.map(({ drill, secondsToRollback, exposed, lost, requests, reason }) => [
    drill,
    secondsToRollback === null ? 'never started' : secondsToRollback.toFixed(2),
    ...[requests, exposed, lost].map(String),
    reason,
  ]);
  const head = ['Drill', 'Seconds to rollback', 'Requests', 'Exposed', 'Lost', 'Reason'];
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
