/**
 * Kills workers of a batch job N times at random moments, and checks that every row of a million is in the results once:
 *
 *     npx tsx test/batch/kills.ts 200
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { compileRuntime } from '../support/compile-runtime';
import {
  batchConfig,
  HELD_OUT_ROWS,
  removeFolders,
  temporaryFolder,
  writeCopies,
} from './support/batch-runs';
import { killWorkers } from './support/kill-runs';

const COPIES = 7000;
const ROWS = HELD_OUT_ROWS * COPIES;

async function main(kills: number): Promise<void> {
  const { folder: compiled, file: runtime } = compileRuntime();
  const folder = temporaryFolder();
  try {
    const file = path.join(folder, 'rows.parquet');
    await writeCopies(file, COPIES);
    const config = batchConfig('breast-cancer/2', [file], path.join(folder, 'out'), {
      shards: { rows: 20_000 },
    });
    const onKill = (done: number): void => void process.stdout.write(`${done} of ${kills} kills\n`);
    const reports = await killWorkers({ runtime, config, kills, longestLifeMs: 6000, workers: 2, onKill });
    const wrong = reports.filter(
      ({ rows, distinct, range }) => rows !== ROWS || distinct !== ROWS || range[1] !== ROWS - 1,
    );
    console.log(
      JSON.stringify({
        runs: reports.length,
        kills: reports.reduce((sum, report) => sum + report.kills, 0),
        rows: ROWS,
        wrong,
      }),
    );
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    removeFolders();
    rmSync(compiled, { recursive: true, force: true });
  }
}

void main(Number(process.argv[2] ?? 20));
