import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { testWith } from '../support/test-with';
import {
  type BatchChange,
  batchConfig,
  type EndedRun,
  files,
  HELD_OUT_ROWS,
  query,
  report,
  score,
  testFolders,
  writeCopies,
} from './support/batch-runs';
import { SmallDisk } from './support/small-disk';

const withSmallDisk = testWith(
  'a mount of tmpfs',
  SmallDisk.canMount(),
  'run the tests as root with CAP_SYS_ADMIN',
);

const COPIES = 8;
const ROWS = COPIES * HELD_OUT_ROWS;
const KIB = 1024;

const at = testFolders();
let disk: SmallDisk;
let file: string;
beforeEach(async () => {
  disk = new SmallDisk(8);
  file = path.join(at.folder, 'rows.parquet');
  await writeCopies(file, COPIES);
});
afterEach(() => disk.unmount());

const run = (out: string, change: BatchChange = {}, cache?: string): Promise<EndedRun> => {
  const config = batchConfig('breast-cancer/2', [file], out, { ...change, shards: { rows: 100 } });
  return score(config, {}, new AbortController().signal, cache);
};

/** The results of a run, byte for byte. */
const content = (out: string): Record<string, string> =>
  Object.fromEntries(
    files(out, 'data').map((name) => [
      name,
      readFileSync(path.join(out, 'run/data', name)).toString('base64'),
    ]),
  );

/** What is there is whole: a shard has all its rows or no file. */
async function expectWholeShards(out: string): Promise<number> {
  if (!existsSync(path.join(out, 'run/data'))) return 0;
  const names = files(out, 'data');
  for (const name of names) {
    const [shard] = await query(
      `SELECT count(*)::INT AS rows, min(source_row)::INT AS first FROM '${out}/run/data/${name}'`,
    );
    const part = Number(/-(\d+)\.parquet$/.exec(name)![1]);
    expect([name, shard]).toEqual([name, { rows: Math.min(100, ROWS - part * 100), first: part * 100 }]);
  }
  return names.length;
}

/** Files that were begun and have no use. */
const leftovers = (out: string): string[] =>
  (readdirSync(out, { recursive: true }) as string[]).filter((name) => name.endsWith('.tmp'));

withSmallDisk('whenever that is, nothing is half there, and the job goes on once there is room', async () => {
  expect((await run(at.out)).code).toBe(0);
  const whole = content(at.out);
  const committed: number[] = [];
  for (const left of [0, 4, 16, 40, 80, 120, 160].map((kib) => kib * KIB)) {
    const out = path.join(disk.folder, `out-${left}`);
    disk.fillTo(left);
    const ended = await run(out);
    expect([left, ended]).toMatchObject([
      left,
      { code: 1, problems: [{ code: 'BATCH_DISK', what: 'the disk cannot be written' }] },
    ]);
    expect(ended.problems[0]!.got).toMatch(/^ENOSPC/);
    expect(ended.problems[0]!.remedy).toContain('it goes on where it stopped');
    committed.push(await expectWholeShards(out));
    expect(leftovers(out)).toEqual([]);
    disk.free();
    expect([left, await run(out)]).toMatchObject([left, { code: 0 }]);
    expect(content(out)).toEqual(whole);
    expect(report(out)).toMatchObject({ rows: { read: ROWS, scored: ROWS, bad: 0 }, shards: 12 });
  }
  expect(committed[0]).toBe(0);
  expect(committed.filter((shards) => shards > 0 && shards < 12)).not.toEqual([]);
});

/** The radius is read from the column of the area: no row has one that can be. */
const ALL_BAD: BatchChange = { input: { columns: { 'mean area': 'mean radius', id: 'mean area' } } };

withSmallDisk.each<[string, BatchChange, RegExp]>([
  ['results', {}, /No space left/],
  ['rows put aside', ALL_BAD, /^ENOSPC/],
])('no room to write %s before they are stored', async (_, change, told) => {
  const cache = path.join(disk.folder, 'cache');
  mkdirSync(cache);
  expect((await run(at.out, change, cache)).code).toBe(0);
  const out = path.join(at.folder, 'again');
  disk.fillTo(4 * KIB);
  const ended = await run(out, change, cache);
  expect(ended).toMatchObject({ code: 1, problems: [{ code: 'BATCH_DISK' }] });
  expect(ended.problems[0]!.got ?? ended.problems[0]!.what).toMatch(told);
  expect(existsSync(path.join(out, 'run/commits'))).toBe(false);
  expect(existsSync(path.join(out, 'run/data'))).toBe(false);
  disk.free();
  expect(await run(out, change, cache)).toMatchObject({ code: 0 });
  expect(report(out)['rows']).toEqual(report(at.out)['rows']);
});

withSmallDisk('no room for a folder to work in', async () => {
  const full = new SmallDisk(1, 1);
  try {
    const ended = await run(at.out, {}, full.folder);
    expect(ended).toMatchObject({
      code: 1,
      problems: [{ code: 'BATCH_DISK', at: full.folder, got: 'ENOSPC (mkdir)' }],
    });
    expect(existsSync(at.out)).toBe(false);
  } finally {
    full.unmount();
  }
});
