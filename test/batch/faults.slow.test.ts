import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { endsWithFrame } from '../../runtime/src/batch/files/zstd-frames';
import { MODELS } from '../runtime/support/packages';
import {
  type BatchChange,
  batchConfig,
  type EndedRun,
  files,
  HELD_OUT,
  quarantined,
  query,
  report,
  results,
  score,
  testFolders,
} from './support/batch-runs';

const MODEL = 'breast-cancer/2';
const [HEAD, ...LINES] = readFileSync(HELD_OUT, 'utf8').trim().split('\n');

/** A CSV file of so many rows; `change` edits a line, split into its cells. */
function csv(folder: string, rows: number, change?: (cells: string[], row: number) => string[]): string {
  const file = path.join(folder, 'rows.csv');
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells = LINES[row % LINES.length]!.split(',');
    return (change?.(cells, row) ?? cells).join(',');
  });
  writeFileSync(file, [HEAD, ...lines, ''].join('\n'));
  return file;
}

const at = testFolders();
let folder: string;
let out: string;
beforeEach(() => ({ folder, out } = at));

const run = (uri: string | readonly string[], change: BatchChange = {}, model = MODEL): Promise<EndedRun> =>
  score(batchConfig(model, typeof uri === 'string' ? [uri] : uri, out, change));

const brief = ({ code, problems }: EndedRun) => [code, ...problems.map((problem) => problem.code)];

describe('rows that are wrong are put aside with the reason, the others are scored', () => {
  test('texts, empty values, values out of range, lines that are no rows', async () => {
    const file = csv(folder, 200, (cells, row) => {
      if (row === 10) return ['abc', ...cells.slice(1)];
      if (row === 20) return ['', ...cells.slice(1)];
      if (row === 30) return ['999', ...cells.slice(1)];
      if (row === 40) return [...cells, 'one more'];
      if (row === 70) return cells.slice(0, 5);
      return cells;
    });
    expect(brief(await run(file))).toEqual([0]);
    const aside = quarantined(out);
    const told = aside.map((row) => {
      const [first] = row['problems'] as unknown as { code: string; field?: string; got?: string }[];
      return [row['source_row'] ?? `line ${row['source_line']}`, first!.code, first!.field, first!.got];
    });
    expect(told).toEqual([
      [10, 'INPUT_VALUE_TYPE', 'mean radius', '"abc"'],
      [20, 'INPUT_MISSING', 'mean radius', undefined],
      [30, 'INPUT_OUT_OF_RANGE', 'mean radius', '999'],
      ['line 42', 'BATCH_ROW_UNREADABLE', undefined, undefined],
      ['line 72', 'BATCH_ROW_UNREADABLE', undefined, undefined],
    ]);
    expect(await results(out)).toHaveLength(195);
    expect(report(out)).toMatchObject({ rows: { read: 200, scored: 195, bad: 5 } });
    expect(report(out)['reasons']).toEqual({
      BATCH_ROW_UNREADABLE: 2,
      'INPUT_MISSING: mean radius': 1,
      'INPUT_OUT_OF_RANGE: mean radius': 1,
      'INPUT_VALUE_TYPE: mean radius': 1,
    });
  });

  test('lines that are no JSON; fields of another type', async () => {
    const names = HEAD!.split(',').slice(0, -1);
    const row = Object.fromEntries(names.map((name, i) => [name, Number(LINES[0]!.split(',')[i])]));
    const file = path.join(folder, 'rows.ndjson');
    const wrong = { ...row, 'mean radius': '13.5', 'worst area': true };
    writeFileSync(
      file,
      [row, '{"mean', '[1]', wrong, row]
        .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
        .join('\n'),
    );
    expect(brief(await run(file))).toEqual([0]);
    expect((await results(out)).map((result) => result['source_row'])).toEqual(['0', '4']);
    expect(report(out)['reasons']).toEqual({
      BATCH_ROW_UNREADABLE: 2,
      'INPUT_VALUE_TYPE: mean radius': 1,
      'INPUT_VALUE_TYPE: worst area': 1,
    });
  });

  test('values that are confidential are not written down', async () => {
    const source = readFileSync(path.join(MODELS, 'diabetes-fields/held-out.csv'), 'utf8');
    const file = path.join(folder, 'rows.csv');
    writeFileSync(file, source.replace(/\n54,/, '\n540,'));
    expect(brief(await run(file, {}, 'diabetes-fields/1'))).toEqual([0]);
    const [row] = quarantined(out);
    expect(row!['problems']).toEqual([expect.objectContaining({ code: 'INPUT_OUT_OF_RANGE', field: 'age' })]);
    expect(JSON.stringify(row)).not.toContain('540');
    expect(row!['values']).toHaveProperty('bmi');
  });
});

test('more bad rows than allowed stop the job early, and can be looked at', async () => {
  const file = csv(folder, 5000, (cells, row) => (row % 10 === 0 ? ['x', ...cells.slice(1)] : cells));
  const ended = await run(file, { errorThreshold: { ratio: 0.05, minRows: 500 }, shards: { rows: 1000 } });
  expect(ended).toMatchObject({ code: 6, problems: [{ code: 'BATCH_TOO_MANY_BAD_ROWS' }] });
  expect(quarantined(out, 'stopped').length).toBeGreaterThan(10);
  expect(
    brief(await run(file, { errorThreshold: { ratio: 0.15, minRows: 500 }, shards: { rows: 1000 } })),
  ).toEqual([0]);
  expect(await results(out)).toHaveLength(4500);
});

test.each<[string, (folder: string) => string, string, number]>([
  ['nothing there', (at) => path.join(at, 'none.csv'), 'BATCH_INPUT_EMPTY', 6],
  ['an empty file', (at) => at_(at, 'rows.csv', ''), 'BATCH_INPUT_UNREADABLE', 6],
  [
    'a column that is missing',
    (at) => at_(at, 'rows.csv', `${HEAD!.replace('mean radius', 'radius')}\n${LINES[0]}\n`),
    'BATCH_COLUMN_MISSING',
    6,
  ],
  [
    'a column that is there twice',
    (at) => at_(at, 'rows.csv', `${HEAD},label\n${LINES[0]},x\n`),
    'BATCH_INPUT_UNREADABLE',
    6,
  ],
  [
    'a truncated gzip',
    (at) => at_(at, 'rows.csv.gz', gzipSync([HEAD, ...LINES].join('\n')).subarray(0, 900)),
    'BATCH_INPUT_UNREADABLE',
    6,
  ],
  [
    'Parquet that is none',
    (at) => at_(at, 'rows.parquet', 'PAR1 and nothing more'),
    'BATCH_INPUT_UNREADABLE',
    6,
  ],
  ['Arrow', (at) => at_(at, 'rows.arrow', 'ARROW1'), 'BATCH_INPUT_FORMAT', 6],
  ['a store nobody knows', () => 'ftp://host/rows.csv', 'BATCH_URI_INVALID', 2],
])('%s ends the job with a reason', async (_, file, code, exit) => {
  expect(brief(await run(file(folder)))).toEqual([exit, code]);
});

function at_(folder: string, name: string, content: string | Uint8Array): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

test('a truncated Parquet file, and one of other types', async () => {
  const file = csv(folder, 3000);
  const good = path.join(folder, 'a.parquet');
  await query(`COPY (SELECT *, 1 AS id FROM '${file}') TO '${good}' (ROW_GROUP_SIZE 2048)`);
  const cut = at_(folder, 'cut.parquet', readFileSync(good).subarray(0, 50_000));
  expect(brief(await run(cut))).toEqual([6, 'BATCH_INPUT_UNREADABLE']);
  const other = path.join(folder, 'b.parquet');
  await query(`COPY (SELECT *, 'one' AS id FROM '${file}') TO '${other}'`);
  const mixed = await run([good, other], { input: { passthrough: ['id'] } });
  expect(mixed.problems).toMatchObject([{ code: 'BATCH_COLUMN_TYPE', at: `${other}: id`, got: 'VARCHAR' }]);
  const text = path.join(folder, 'c.parquet');
  await query(`COPY (SELECT * REPLACE ('x' AS "mean radius") FROM '${file}') TO '${text}'`);
  expect((await run(text)).problems).toMatchObject([
    { code: 'BATCH_COLUMN_TYPE', at: `${text}: mean radius` },
  ]);
});

test('a file compressed by zstd that was cut, wherever that was', async () => {
  const file = csv(folder, 2000);
  const whole = path.join(folder, 'whole.csv.zst');
  await query(`COPY (SELECT * FROM '${file}') TO '${whole}' (HEADER, COMPRESSION zstd)`);
  expect(brief(await run(whole, { shards: { rows: 5000 } }))).toEqual([0]);
  const content = readFileSync(whole);
  expect(await endsWithFrame(whole)).toBe(true);
  for (const end of [4, 1000, content.length / 2, content.length - 1].map(Math.floor)) {
    expect([end, await endsWithFrame(at_(folder, 'cut.csv.zst', content.subarray(0, end)))]).toEqual([
      end,
      false,
    ]);
  }
  const cut = at_(folder, 'cut.csv.zst', content.subarray(0, content.length / 2));
  expect(brief(await run(cut, { runId: 'cut' }))).toEqual([6, 'BATCH_INPUT_UNREADABLE']);
});

test('a file without rows is done', async () => {
  const file = csv(folder, 0);
  expect(brief(await run(file))).toEqual([0]);
  expect(report(out)).toMatchObject({ rows: { read: 0, scored: 0, bad: 0 }, meanScore: null });
});

test('folders, patterns and partitions; what is hidden is left out', async () => {
  for (const [day, rows] of [
    ['2024-01-01', 30],
    ['2024-01-02', 20],
  ] as const) {
    mkdirSync(path.join(folder, 'in', `day=${day}`), { recursive: true });
    csv(path.join(folder, 'in', `day=${day}`), rows);
  }
  at_(path.join(folder, 'in'), '_SUCCESS', '');
  expect(brief(await run(path.join(folder, 'in'), { input: { passthrough: ['day'] } }))).toEqual([0]);
  const days = (await results(out)).map((row) => row['day']);
  expect([days.length, days.filter((day) => day === '2024-01-01').length]).toEqual([50, 30]);
  expect(brief(await run(path.join(folder, 'in/**/*.csv'), { runId: 'all' }))).toEqual([0]);
  expect(await results(out, 'all')).toHaveLength(50);
  expect(brief(await run(`${folder}/in/*-02/rows.csv`, { runId: 'one' }))).toEqual([0]);
  expect(await results(out, 'one')).toHaveLength(20);
  expect(brief(await run(`${folder}/in/*.csv`, { runId: 'none' }))).toEqual([6, 'BATCH_INPUT_EMPTY']);
});

test('columns of other names are mapped to fields', async () => {
  const file = at_(folder, 'rows.csv', `${HEAD!.replace('mean radius', 'r')}\n${LINES.join('\n')}\n`);
  expect(brief(await run(file, { input: { columns: { r: 'mean radius' } } }))).toEqual([0]);
  expect(brief(await run(file, { runId: 'other', input: { columns: { r: 'mean radios' } } }))).toEqual([
    2,
    'BATCH_MODEL_UNSUPPORTED',
  ]);
  expect(await results(out)).toHaveLength(LINES.length);
});

test('a disk that cannot be written is worth another try', async () => {
  const blocked = at_(folder, 'out', 'a file where the folder should be');
  expect(brief(await score(batchConfig(MODEL, [csv(folder, 10)], blocked)))).toEqual([1, 'BATCH_DISK']);
});

test('results as CSV and NDJSON', async () => {
  const file = csv(folder, 60);
  expect(brief(await run(file, { runId: 'csv', output: { format: 'csv', compression: 'gzip' } }))).toEqual([
    0,
  ]);
  expect(
    brief(await run(file, { runId: 'json', output: { format: 'ndjson', compression: 'none' } })),
  ).toEqual([0]);
  expect(files(out, 'data', 'csv')).toEqual(['part-00000-00000.csv.gz', 'part-00000-00001.csv.gz']);
  expect(files(out, 'data', 'json')).toEqual(['part-00000-00000.ndjson', 'part-00000-00001.ndjson']);
  const scores = (source: string) =>
    query(`SELECT source_row::BIGINT AS row, prediction_score FROM ${source} ORDER BY row`);
  const csvRows = await scores(`read_csv('${out}/csv/data/*')`);
  expect(csvRows).toHaveLength(60);
  expect(csvRows).toEqual(await scores(`read_json('${out}/json/data/*')`));
});
