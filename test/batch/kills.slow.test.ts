import { existsSync } from 'node:fs';
import path from 'node:path';
import { runtime } from '../local/support/local-runtime';
import { MODELS } from '../runtime/support/packages';
import { RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { batchConfig, query, removeFolders, temporaryFolder } from './support/batch-runs';
import { killWorkers } from './support/kill-runs';

afterAll(removeFolders);

const ROWS = 143 * 140;

test('a worker ends with its parent', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'rows.parquet');
  const source = `range(1000) t(i), '${path.join(MODELS, 'breast-cancer/held-out.csv')}' h`;
  await query(`COPY (SELECT h.* FROM ${source}) TO '${file}' (ROW_GROUP_SIZE 2048)`);
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
    const source = `range(140) t(i), '${path.join(MODELS, 'breast-cancer/held-out.csv')}' h`;
    await query(`COPY (SELECT h.* FROM ${source}) TO '${file}' (ROW_GROUP_SIZE 2048)`);
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
