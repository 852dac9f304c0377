import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  type BatchChange,
  batchConfig,
  files,
  HELD_OUT_ROWS,
  report,
  results,
  score,
  testFolders,
  writeCopies,
} from './support/batch-runs';

const at = testFolders();
let out: string;
let file: string;
beforeEach(async () => {
  out = at.out;
  file = path.join(at.folder, 'rows.parquet');
  await writeCopies(file, 8);
});

const run = (change: BatchChange = {}, environment: Record<string, string> = {}, signal?: AbortSignal) =>
  score(
    batchConfig('breast-cancer/2', [file], out, { ...change, shards: { rows: 100, ...change.shards } }),
    environment,
    signal,
  );

const ROWS = 8 * HELD_OUT_ROWS;

async function complete(): Promise<void> {
  const rows = await results(out);
  expect(rows.map((row) => Number(row['source_row']))).toEqual(Array.from({ length: ROWS }, (_, i) => i));
  expect(files(out, 'data')).toHaveLength(12);
  expect(files(out, 'work')).toEqual([]);
  expect(report(out)).toMatchObject({ rows: { read: ROWS, scored: ROWS, bad: 0 }, shards: 12 });
}

test('a run that is done is not done again; the same work has the same name', async () => {
  expect((await run()).code).toBe(0);
  await complete();
  const before = files(out, 'data').map((name) => statSync(path.join(out, 'run/data', name)).mtimeMs);
  expect((await run()).code).toBe(0);
  expect(files(out, 'data').map((name) => statSync(path.join(out, 'run/data', name)).mtimeMs)).toEqual(
    before,
  );
});

test('a worker that is told to stop leaves what it has committed; the next one goes on', async () => {
  const stop = new AbortController();
  const commits = path.join(out, 'run/commits');
  const watch = setInterval(() => {
    if (existsSync(commits) && readdirSync(commits).some((name) => name.endsWith('.json'))) stop.abort();
  }, 1);
  const stopped = score(
    batchConfig('breast-cancer/2', [file], out, { shards: { rows: 100 } }),
    {},
    stop.signal,
  );
  await expect(stopped).rejects.toThrow(/abort/i);
  clearInterval(watch);
  const left = files(out, 'commits').length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(12);
  expect((await run()).code).toBe(0);
  await complete();
});

test('commits that were made before a worker could publish, shards that were lost, files nobody needs', async () => {
  await run();
  const commit = JSON.parse(readFileSync(path.join(out, 'run/commits/00000-00003.json'), 'utf8')) as {
    files: { work: string; final: string }[];
  };
  const [{ work, final }] = commit.files as [{ work: string; final: string }];
  const content = readFileSync(path.join(out, 'run', final));
  rmSync(path.join(out, 'run', final));
  writeFileSync(path.join(out, 'run', work), content);
  writeFileSync(path.join(out, 'run/work/00000-00005.dead.0'), 'half a file');
  rmSync(path.join(out, 'run/commits/00000-00007.json'));
  rmSync(path.join(out, 'run/data/part-00000-00007.parquet'));
  expect((await run()).code).toBe(0);
  await complete();
});

test('two workers on the same shards: every row is there once', async () => {
  const [a, b] = await Promise.all([run(), run()]);
  expect([a.code, b.code]).toEqual([0, 0]);
  await complete();
});

test('workers by number, each its share; the last sums up', async () => {
  const shards = { workers: 3 };
  for (const index of ['2', '0', '1']) {
    expect((await run({ shards }, { JOB_COMPLETION_INDEX: index })).code).toBe(0);
    if (index !== '1') expect(() => report(out)).toThrow('ENOENT');
  }
  const rows = await results(out);
  expect(rows.map((row) => Number(row['source_row']))).toEqual(Array.from({ length: ROWS }, (_, i) => i));
});

test('workers by lease: whoever is free takes the next unit, and what a dead one had claimed', async () => {
  const shards = { workers: 2, assignment: 'lease' as const, leaseMs: 1000 };
  mkdirSync(path.join(out, 'run/leases'), { recursive: true });
  const dead = { worker: 'dead', until: Date.now() + 1500 };
  writeFileSync(path.join(out, 'run/leases/00000-00000.json'), JSON.stringify(dead));
  const [a, b] = await Promise.all([run({ shards }), run({ shards })]);
  expect([a.code, b.code]).toEqual([0, 0]);
  const rows = await results(out);
  expect(rows.map((row) => Number(row['source_row']))).toEqual(Array.from({ length: ROWS }, (_, i) => i));
  expect(files(out, 'leases')).toEqual([]);
});

test('a file that comes while the workers of an execution start is not in their run, but in the next one', async () => {
  const { folder } = at;
  const config = batchConfig('breast-cancer/2', [path.join(folder, '*.parquet')], out, {
    shards: { rows: 600, workers: 2 },
  });
  const unnamed = { ...config, batch: { ...config.batch, runId: null } };
  const worker = (index: number, job: string) =>
    score(unnamed, { AWS_BATCH_JOB_ID: `${job}:${index}`, AWS_BATCH_JOB_ARRAY_INDEX: String(index) });
  expect((await worker(0, 'monday')).code).toBe(0);
  copyFileSync(file, path.join(folder, 'late.parquet'));
  expect((await worker(1, 'monday')).code).toBe(0);
  const [run, ...others] = runs();
  expect(others).toEqual([]);
  expect(report(out, run)).toMatchObject({ files: 1, rows: { scored: ROWS } });
  for (const index of [0, 1]) expect((await worker(index, 'tuesday')).code).toBe(0);
  const next = runs().find((name) => name !== run);
  expect(report(out, next)).toMatchObject({ files: 2, rows: { scored: 2 * ROWS } });
});

const runs = (): string[] => readdirSync(out).filter((name) => !name.startsWith('.'));

test.each<[string, BatchChange, Record<string, string>, string]>([
  [
    'a number beyond the workers',
    { shards: { workers: 2 } },
    { CLOUD_RUN_TASK_INDEX: '2' },
    'BATCH_WORKER_NUMBER',
  ],
  ['no number for one of several', { shards: { workers: 2 } }, {}, 'BATCH_WORKER_NUMBER'],
  ['a run outside of the output', {}, { INFERSTACK_RUN_ID: '../elsewhere' }, 'BATCH_RUN_NAME'],
  ['a run without a name', {}, { INFERSTACK_RUN_ID: '' }, 'BATCH_RUN_NAME'],
])('%s is refused', async (_, change, environment, code) => {
  expect(await run(change, environment)).toMatchObject({ code: 2, problems: [{ code }] });
});

test('a run is taken up by its name, with the settings it was begun with and no others', async () => {
  await run({ runId: 'nightly' });
  expect(await run({ runId: 'nightly', shards: { rows: 200 } })).toMatchObject({
    code: 2,
    problems: [{ code: 'BATCH_RUN_CONFLICT' }],
  });
  expect((await run({ runId: 'other' }, { INFERSTACK_RUN_ID: 'nightly' })).code).toBe(0);
  writeFileSync(file, readFileSync(file));
  rmSync(path.join(out, 'nightly/commits/00000-00001.json'));
  expect(await run({ runId: 'nightly' })).toMatchObject({
    code: 6,
    problems: [{ code: 'BATCH_INPUT_CHANGED' }],
  });
});

test('a job that takes too long says so', async () => {
  expect(await run({ timeoutMs: 1 })).toMatchObject({ code: 7, problems: [{ code: 'BATCH_TIMEOUT' }] });
});
