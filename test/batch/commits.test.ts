import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Commit, Commits } from '../../runtime/src/batch/run/commits';
import { LocalStore } from '../../runtime/src/batch/stores/local-store';
import { temporaryFolder } from '../support/temporary-folder';

const RECORD = { unit: 0, part: 0, from: 0, to: 1, last: true, statistics: {} } as unknown as Omit<
  Commit,
  'files' | 'token'
>;
const FINAL = 'data/part-00000-00000.csv';

let root: string;
let store: LocalStore;
let commits: Commits;
beforeEach(() => {
  root = temporaryFolder();
  store = new LocalStore(root, root);
  commits = new Commits(store);
});

function written(token: string) {
  const file = path.join(root, `${token}.results`);
  writeFileSync(file, token);
  return [{ path: file, final: FINAL }];
}

test('work that is tidied away while it is uploaded is not missed: the shard is committed', async () => {
  const late = new LocalStore(root, root);
  late.upload = async (file, key) => {
    const first = await commits.commit({ ...RECORD, token: 'first' }, written('first'));
    await commits.tidy([first], false);
    rmSync(file);
    await LocalStore.prototype.upload.call(late, file, key);
  };
  const held = await new Commits(late).commit({ ...RECORD, token: 'late' }, written('late'));
  expect(held.token).toBe('first');
  expect(readFileSync(path.join(root, FINAL), 'utf8')).toBe('first');
  expect(await store.list('work/')).toEqual([]);
});

test('a record is read once', async () => {
  const commit = await commits.commit({ ...RECORD, token: 'a' }, written('a'));
  const read = jest.spyOn(store, 'read');
  for (let i = 0; i < 2; i++) expect([...(await commits.all()).values()]).toEqual([commit]);
  expect(read).toHaveBeenCalledTimes(1);
});

test('an upload that fails of a shard nobody has committed is told', async () => {
  store.upload = () => Promise.reject(new Error('no room'));
  await expect(commits.commit({ ...RECORD, token: 'a' }, written('a'))).rejects.toThrow('no room');
});

test('results of a finished run may be taken elsewhere; before its end they may not be lost', async () => {
  const commit = await commits.commit({ ...RECORD, token: 'a' }, written('a'));
  mkdirSync(path.join(root, 'elsewhere'));
  renameSync(path.join(root, FINAL), path.join(root, 'elsewhere/a.csv'));
  await commits.tidy([commit], true);
  expect(existsSync(path.join(root, FINAL))).toBe(false);
  await expect(commits.tidy([commit], false)).rejects.toThrow();
});
