import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { drift, featureDrift } from '../../runtime/src/batch/report/drift';
import { copyPackage, MODELS, removeCopies } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { batchConfig, query, removeFolders, report, score, temporaryFolder } from './support/batch-runs';

afterEach(endProcesses);
afterAll(() => {
  removeFolders();
  removeCopies();
});

const SOURCE = path.join(MODELS, 'breast-cancer/held-out.csv');

/** 1430 rows of the example, the radius times a factor. */
async function rows(folder: string, factor: number): Promise<string> {
  const file = path.join(folder, `rows-${factor}.parquet`);
  const radius = `least("mean radius" * ${factor}, 100) AS "mean radius"`;
  await query(`COPY (SELECT h.* REPLACE (${radius}) FROM range(10), '${SOURCE}' h) TO '${file}'`);
  return file;
}

test('the index of two distributions, by hand', () => {
  // (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2/3), but for the half row in each bin.
  expect(drift([2500, 7500], [5000, 5000]).psi).toBeCloseTo(0.25 * Math.log(2) - 0.25 * Math.log(2 / 3), 3);
  expect(drift([2500, 7500], [2500, 7500])).toMatchObject({ psi: 0, verdict: 'stable' });
  expect(drift([2500, 7500], [9000, 1000]).verdict).toBe('drifted');
  expect(drift([2500, 7500], [90, 10]).verdict).toBe('too few rows');
  // 1 degree of freedom: 6.63 is the 99th percentile of chi square.
  expect(drift([2500, 7500], [5000, 5000]).noise).toBeCloseTo(6.63 * 2e-4, 4);
  const known = { kind: 'categorical' as const, counts: { a: 500, b: 500 }, nulls: 0 };
  expect(featureDrift(known, { counts: { a: 500, b: 500 }, nulls: 0 })!.psi).toBeCloseTo(0);
  expect(featureDrift(known, { counts: { a: 500, c: 500 }, nulls: 0 })!.verdict).toBe('drifted');
});

test('a run tells what it did, and which feature has moved', async () => {
  const folder = temporaryFolder();
  const out = path.join(folder, 'out');
  const shards = { rows: 500 };
  for (const factor of [1, 2])
    await score(
      batchConfig('breast-cancer/2', [await rows(folder, factor)], out, { runId: `x${factor}`, shards }),
    );
  const same = report(out, 'x1') as unknown as Record<string, Record<string, { psi: number }>>;
  const moved = report(out, 'x2') as unknown as typeof same;
  expect(same).toMatchObject({ shards: 3, rows: { read: 1430, scored: 1430, bad: 0 }, sampledRows: 179 });
  const labels = Object.values(same['labels']!) as unknown as number[];
  expect(labels.reduce((sum, count) => sum + count, 0)).toBe(1430);
  expect(moved['features']!['mean radius']!.psi).toBeGreaterThan(1);
  expect(moved['features']!['mean texture']!.psi).toBe(same['features']!['mean texture']!.psi);
  const page = readFileSync(path.join(out, 'x2/report.html'), 'utf8');
  expect(page).toContain('<svg');
  expect(page).toContain('mean radius');
  // Nothing is fetched from anywhere, and nothing runs.
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|src=|href=/);
}, 60_000);

test('a process: its log, its metrics, its end', async () => {
  const pushed: { url: string; body: string }[] = [];
  const gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      pushed.push({ url: request.url!, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const pushgateway = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const out = temporaryFolder();
  const config = {
    ...batchConfig('breast-cancer/2', [SOURCE], out),
    telemetry: { emf: true, pushgateway },
    logging: { level: 'info' as const },
  };
  const worker = new RuntimeProcess(config);
  expect(await worker.exit).toBe(0);
  const events = worker.log.map(({ event }) => event);
  expect(events.filter(Boolean)).toEqual([
    'start',
    'model_loading',
    'model_loaded',
    'batch_begin',
    'batch_done',
  ]);
  const emf = worker.log.find((line) => '_aws' in line);
  expect(emf).toMatchObject({ Job: 'test', BatchRows: 143, BatchBadRows: 0, BatchFailed: 0 });
  expect(pushed).toEqual([
    { url: '/metrics/job/test', body: expect.stringContaining('inferstack_batch_rows 143\n') },
  ]);
  gateway.close();

  const refused = copyPackage('breast-cancer/2', { 'samples.jsonl': (text) => text.replace(/0\.9/, '0.1') });
  const others = await Promise.all([
    new RuntimeProcess({ ...config, model: { ...config.model, uri: refused } }).exit,
    new RuntimeProcess({ ...config, batch: { ...config.batch, shards: 1 } }).exit,
    new RuntimeProcess({
      ...config,
      batch: { ...config.batch, input: { ...config.batch.input, uris: ['/none.csv'] } },
      telemetry: { emf: false, pushgateway: null },
    }).exit,
  ]);
  expect(others).toEqual([3, 2, 0]);
}, 60_000);
