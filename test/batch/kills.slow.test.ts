import { existsSync } from 'node:fs';
import path from 'node:path';
import { runtime } from '../local/support/local-runtime';
import { RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import {
  batchConfig,
  HELD_OUT_ROWS,
  removeFolders,
  temporaryFolder,
  writeCopies,
} from './support/batch-runs';
import { killWorkers } from './support/kill-runs';

afterAll(removeFolders);

const COPIES = 140;
const ROWS = HELD_OUT_ROWS * COPIES;

test('a worker ends with its parent', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'rows.parquet');
  await writeCopies(file, 1000);
  const config = batchConfig('breast-cancer/2', [file], path.join(folder, 'out'), { shards: { rows: 500 } });
  const worker = new RuntimeProcess({ ...config, logging: { level: 'info' } });
  await until(() => worker.stdout.includes('batch_begin'), 60_000);
  worker.disconnect();
  expect(await worker.exit).toBe(143);
  expect(existsSync(path.join(folder, 'out/run/report.json'))).toBe(false);
}, 90_000);

test.each([1, 2])(
  'workers killed at random moments, %d at a time: no row is lost, none is there twice',
  async (workers) => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'rows.parquet');
    await writeCopies(file, COPIES);
    const config = batchConfig('breast-cancer/2', [file], path.join(folder, 'out'), {
      shards: { rows: 500 },
    });
    const reports = await killWorkers({
      runtime: runtime.file,
      config,
      kills: 10,
      longestLifeMs: 3000,
      workers,
    });
    expect(reports.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(10);
    for (const { rows, distinct, range } of reports)
      expect({ rows, distinct, range }).toEqual({ rows: ROWS, distinct: ROWS, range: [0, ROWS - 1] });
  },
  600_000,
);
