import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MODELS } from '../runtime/support/packages';
import { RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { batchConfig, query, removeFolders, score, temporaryFolder } from './support/batch-runs';
import { BlobServer } from './support/blob-server';

afterAll(removeFolders);

const COPIES = 140;
const ROWS = 143 * COPIES;
const SHARD_ROWS = 500;

/** The held-out rows again and again. */
function copies(): string {
  const [head, ...rows] = readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv'), 'utf8')
    .trim()
    .split('\n');
  return [head, ...Array.from({ length: COPIES }, () => rows).flat()].join('\n');
}

describe('Blob Storage with the identity of a container', () => {
  const server = new BlobServer();
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await server.serve();
    server.blobs.set('in/day=1/a & b.csv', readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv')));
  });
  afterAll(() => stop());

  test('two workers at once, and a store that fails now and then: each row once', async () => {
    const shards = { rows: 50, assignment: 'lease' as const, workers: 2, leaseMs: 5000 };
    const config = batchConfig(
      'breast-cancer/2',
      ['azblob://account/patients/in'],
      'azblob://account/patients/out',
      { shards },
    );
    server.failures = 2;
    const ended = await Promise.all([score(config), score(config)]);
    expect(ended).toEqual([0, 0].map((code) => ({ code, problems: [] })));
    const names = [...server.blobs.keys()];
    const parts = names.filter((name) => name.startsWith('out/run/data/')).sort();
    expect(parts).toEqual([0, 1, 2].map((i) => `out/run/data/part-00000-0000${i}.parquet`));
    expect(names.filter((name) => /out.run.(work|leases)/.test(name))).toEqual([]);
    // What two workers may both write is only written where nothing is: the manifest, and the record of each shard.
    const records = [0, 1, 2].map((i) => expect.stringContaining(`commits/00000-0000${i}`));
    expect(server.onlyNew).toEqual(expect.arrayContaining([expect.stringContaining('manifest'), ...records]));
    const folder = temporaryFolder();
    for (const [i, part] of parts.entries())
      writeFileSync(path.join(folder, `${i}.parquet`), server.blobs.get(part)!);
    const rows = await query(`SELECT DISTINCT source_row FROM '${folder}/*.parquet'`);
    expect(rows).toHaveLength(143);
  }, 60_000);

  test('a worker that is killed loses its unit to another, which was waiting for it: each row once', async () => {
    server.blobs.set('held/rows.csv', Buffer.from(copies()));
    const shards = { rows: SHARD_ROWS, assignment: 'lease' as const, workers: 2, leaseMs: 2000 };
    const config = batchConfig(
      'breast-cancer/2',
      ['azblob://account/patients/held'],
      'azblob://account/patients/kept',
      { shards },
    );
    const killed = new RuntimeProcess({ ...config, logging: { level: 'info' } });
    await until(() => [...server.blobs.keys()].some((name) => name.startsWith('kept/run/commits/')), 60_000);
    const other = score(config);
    killed.kill('SIGKILL');
    await killed.exit;
    const done = [...server.blobs.keys()].filter((name) => name.startsWith('kept/run/commits/')).length;
    expect(done).toBeLessThan(ROWS / SHARD_ROWS);
    expect(await other).toEqual({ code: 0, problems: [] });
    const folder = temporaryFolder();
    for (const [i, name] of [...server.blobs.keys()]
      .filter((name) => name.startsWith('kept/run/data/'))
      .entries())
      writeFileSync(path.join(folder, `${i}.parquet`), server.blobs.get(name)!);
    const counted = `count(*)::INT AS n, count(DISTINCT source_row)::INT AS d`;
    expect(await query(`SELECT ${counted} FROM '${folder}/*.parquet'`)).toEqual([{ n: ROWS, d: ROWS }]);
    expect([...server.blobs.keys()].filter((name) => name.startsWith('kept/run/leases/'))).toEqual([]);
  }, 120_000);
});
