import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runJob } from 'inferstack/local';
import { type BatchData, query, writeBatchData } from './batch-data';
import type { LabelledRow } from './held-out';
import type { Answer } from './load';
import { step } from './report';

const ROWS = 1_000_000;

export interface BatchScores {
  readonly data: BatchData;
  /** Rows with a result, each counted once. */
  readonly scored: number;
  readonly quarantined: number;
  /** From the start of the app to the report of the run. */
  readonly seconds: number;
  /** What was said about the held-out rows, in their order. */
  readonly heldOut: readonly Answer[];
}

/**
 * Scores files as `inferstack run` does. They are made in a temporary folder, and go with it.
 *
 * @param heldOut a CSV file with the true label in its last column.
 * @throws Error when the job fails, or a row is not there once.
 */
export async function scoreBatch(heldOut: string, rows: readonly LabelledRow[]): Promise<BatchScores> {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-demo-'));
  try {
    const input = path.join(folder, 'in');
    const output = path.join(folder, 'out');
    mkdirSync(input);
    const data = await step(
      `write ${rows.length} held-out rows and ${ROWS.toLocaleString('en')} made of them`,
      () => writeBatchData(heldOut, input, rows.length, ROWS),
    );
    const start = performance.now();
    await step('score them with inferstack run, two workers', () => runDemoJob(input, output));
    const seconds = (performance.now() - start) / 1000;
    return { data, seconds, ...(await count(output, data)), heldOut: await readAnswers(output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runDemoJob(input: string, output: string): Promise<void> {
  process.env['DEMO_INPUT'] = input;
  process.env['DEMO_OUTPUT'] = output;
  let told = '';
  const note = {
    write: (text: string) => {
      told += text;
    },
  };
  const code = await runJob(path.join(__dirname, 'batch-app.ts'), undefined, {}, { out: note, err: note });
  if (code !== 0) throw new Error(`the batch job ended with ${code}\n${told}`);
}

/** Counted from the files, not from what the job says. */
async function count(output: string, data: BatchData): Promise<{ scored: number; quarantined: number }> {
  const [scores] = await query(
    `SELECT count(*)::INT AS rows, count(DISTINCT prediction_id)::INT AS once FROM '${output}/*/data/*.parquet'`,
  );
  const [aside] = await query(`SELECT count(*)::INT AS rows FROM '${output}/*/quarantine/*.ndjson'`);
  const { rows: scored, once } = scores as Record<'rows' | 'once', number>;
  const quarantined = Number(aside!['rows']);
  if (once !== scored || quarantined !== data.spoiled || scored + quarantined !== data.rows)
    throw new Error(`of ${data.rows} rows ${scored} were scored, ${once} once, ${quarantined} put aside`);
  return { scored, quarantined };
}

async function readAnswers(output: string): Promise<Answer[]> {
  const rows = await query(
    `SELECT prediction_label AS label, prediction_decision AS decision FROM '${output}/*/data/*.parquet'
     WHERE source_file LIKE '%held-out.csv' ORDER BY source_row`,
  );
  return rows as unknown as Answer[];
}
