import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Operator } from 'opendal';
import { withBucket } from '../deploy-aws/with-bucket';
import { MODELS } from '../runtime/support/packages';
import { batchConfig, query, removeFolders, score, temporaryFolder } from './support/batch-runs';

afterAll(removeFolders);

withBucket('batch jobs on S3, as moto speaks it', 'patients', (open) => {
  let bucket: Operator;

  beforeAll(async () => {
    bucket = open();
    const folder = temporaryFolder();
    const source = path.join(MODELS, 'breast-cancer/held-out.csv');
    await query(`COPY (SELECT * FROM '${source}') TO '${folder}/a.parquet'`);
    await bucket.write('in/day=1/a.parquet', readFileSync(path.join(folder, 'a.parquet')));
    await bucket.write('in/day=2/b.csv', readFileSync(source));
  });

  const keys = async (prefix: string): Promise<string[]> =>
    (await bucket.list(prefix, { recursive: true }))
      .map((entry) => entry.path())
      .filter((key) => !key.endsWith('/'))
      .sort();

  async function rowsOf(prefix: string): Promise<unknown[]> {
    const folder = temporaryFolder();
    const rows: unknown[] = [];
    for (const key of await keys(`${prefix}/data/`)) {
      const file = path.join(folder, 'part.parquet');
      writeFileSync(file, await bucket.read(key));
      rows.push(...(await query(`SELECT prediction_id, source_file, source_row, day FROM '${file}'`)));
    }
    return rows;
  }

  test('files of a folder are scored into another one, by two workers at once, each row once', async () => {
    const shards = { rows: 60 };
    const input = { passthrough: ['day'] };
    const config = batchConfig('breast-cancer/2', ['s3://patients/in/'], 's3://patients/out', {
      shards,
      input,
    });
    const ended = await Promise.all([score(config), score(config)]);
    expect(ended).toEqual([0, 0].map((code) => ({ code, problems: [] })));
    expect(await keys('out/run/data/')).toEqual(
      ['00000-00000', '00000-00001', '00000-00002', '00001-00000', '00001-00001', '00001-00002'].map(
        (shard) => `out/run/data/part-${shard}.parquet`,
      ),
    );
    expect(await keys('out/run/work/')).toEqual([]);
    const rows = (await rowsOf('out/run')) as { prediction_id: string; source_file: string; day: string }[];
    expect(rows).toHaveLength(286);
    expect(new Set(rows.map((row) => row.prediction_id)).size).toBe(286);
    expect(new Set(rows.map((row) => `${row.source_file} ${row.day}`))).toEqual(
      new Set(['s3://patients/in/day=1/a.parquet 1', 's3://patients/in/day=2/b.csv 2']),
    );
    await bucket.delete('out/run/commits/00001-00001.json');
    await bucket.delete('out/run/data/part-00001-00001.parquet');
    expect((await score(config)).code).toBe(0);
    expect(await rowsOf('out/run')).toHaveLength(286);
  }, 60_000);

  test('an object that was written over since the run began', async () => {
    const source = readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv'), 'utf8');
    await bucket.write('moving/a.csv', source);
    const out = temporaryFolder();
    const config = batchConfig('breast-cancer/2', ['s3://patients/moving/'], out);
    expect((await score(config)).code).toBe(0);
    await bucket.write('moving/a.csv', source.replace('1', '2'));
    for (const shard of ['0', '1', '2']) rmSync(path.join(out, `run/commits/00000-0000${shard}.json`));
    expect(await score(config)).toMatchObject({ code: 6, problems: [{ code: 'BATCH_INPUT_CHANGED' }] });
  }, 60_000);

  test('keys with every character', async () => {
    const source = readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv'));
    await bucket.write('odd/share=50%/a #1 100%25.csv', source);
    const out = temporaryFolder();
    const ended = await score(batchConfig('breast-cancer/2', ['s3://patients/odd/'], out));
    expect(ended).toEqual({ code: 0, problems: [] });
  }, 60_000);

  test('one object, and none; a bucket that is not there', async () => {
    const out = temporaryFolder();
    const one = batchConfig('breast-cancer/2', ['s3://patients/in/day=2/b.csv'], out);
    expect((await score(one)).code).toBe(0);
    const none = batchConfig('breast-cancer/2', ['s3://patients/none/*.csv'], out, { runId: 'none' });
    expect(await score(none)).toMatchObject({ code: 6, problems: [{ code: 'BATCH_INPUT_EMPTY' }] });
    const absent = batchConfig('breast-cancer/2', ['s3://absent/in/'], out, { runId: 'absent' });
    expect(await score(absent)).toMatchObject({ code: 1, problems: [{ code: 'BATCH_STORE_FAILED' }] });
  }, 60_000);
});
