import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ModelSource } from 'inferstack';
import { cachedPackage, LOCK_FILE, type LockEntries, readLock, writeLock } from '../../lib/core/model-lock';
import { model } from '../loading/support/package-archive';
import { useWorkspace } from '../registries/support/workspace';
import { problemsOf } from '../support/endpoint';

useWorkspace();

const ADDRESS = 's3://models/credit/2.tar.gz';
const KEY = `uri ${ADDRESS}`;
const source = (): ModelSource => ModelSource.fromUri(ADDRESS);
const entry = {
  digest: model.digest,
  model: 'breast-cancer 1',
  resolved: { kind: 'uri', uri: ADDRESS },
} as const;

function fillCache(): void {
  mkdirSync('.inferstack/models', { recursive: true });
  cpSync(model.directory, cachedPackage(model.digest), { recursive: true });
}

test('the lock and the cache give the package, without asking anyone', () => {
  writeLock({ [KEY]: entry });
  fillCache();
  expect(source().bind()).toMatchObject({ digest: model.digest, directory: cachedPackage(model.digest) });
});

test.each([
  ['no lock', () => undefined, 'LOCK_MISSING', 'model lock'],
  ['no entry', () => writeLock({ 'uri s3://a/b': entry }), 'LOCK_ENTRY_MISSING', 'model lock'],
  ['nothing in the cache', () => writeLock({ [KEY]: entry }), 'LOCK_CACHE_MISSING', 'model fetch'],
  [
    'a package that was changed',
    () => {
      writeLock({ [KEY]: entry });
      fillCache();
      writeFileSync(`${cachedPackage(model.digest)}/model.yaml`, 'changed');
    },
    'LOCK_CACHE_MISMATCH',
    'model fetch',
  ],
])('%s', (_, prepare, code, command) => {
  prepare();
  const [problem] = problemsOf(() => source().bind());
  expect(problem).toMatchObject({
    code,
    at: KEY,
    remedy: expect.stringContaining(`npx inferstack ${command}`),
  });
});

test('the lock is sorted and the same for the same entries', () => {
  const b = { ...entry, resolved: { kind: 'oci', reference: `r.io/b@sha256:${'0'.repeat(64)}` } } as const;
  writeLock({ 'oci r.io/b:1': b, [KEY]: entry });
  const text = readFileSync(LOCK_FILE, 'utf8');
  rmSync(LOCK_FILE);
  writeLock({ [KEY]: entry, 'oci r.io/b:1': b });
  expect(readFileSync(LOCK_FILE, 'utf8')).toBe(text);
  expect(Object.keys(readLock()!)).toEqual(['oci r.io/b:1', KEY]);
});

test.each<[string, unknown]>([
  ['no object', []],
  ['another version', { lockVersion: 2, models: {} }],
  ['no digest', { lockVersion: 1, models: { [KEY]: { ...entry, digest: 'sha256:12' } } }],
  ['an unknown kind', { lockVersion: 1, models: { [KEY]: { ...entry, resolved: { kind: 'ftp' } } } }],
  [
    'an unknown field',
    { lockVersion: 1, models: { [KEY]: { ...entry, resolved: { kind: 'uri', uri: ADDRESS, x: '' } } } },
  ],
  ['a missing field', { lockVersion: 1, models: { [KEY]: { ...entry, resolved: { kind: 'uri' } } } }],
  [
    'a hash that is a path',
    {
      lockVersion: 1,
      models: { [KEY]: { ...entry, resolved: { kind: 'dvc', path: 'a', hash: 'md5:../../x' } } },
    },
  ],
])('a lock with %s is refused', (_, document) => {
  writeFileSync(LOCK_FILE, JSON.stringify(document));
  expect(problemsOf(() => source().bind())).toMatchObject([{ code: 'LOCK_INVALID' }]);
});

test('a lock that is cut off', () => {
  const entries: LockEntries = { [KEY]: entry };
  writeLock(entries);
  writeFileSync(LOCK_FILE, readFileSync(LOCK_FILE, 'utf8').slice(0, -10));
  expect(problemsOf(() => source().bind())).toMatchObject([{ code: 'LOCK_INVALID', at: LOCK_FILE }]);
});

test.each<[string, () => unknown]>([
  ['an unknown scheme', () => ModelSource.fromUri('ftp://host/x.tar.gz')],
  ['a path', () => ModelSource.fromUri('models/x.tar.gz')],
  ['a presigned address', () => ModelSource.fromUri('https://host/x.tar.gz?X-Amz-Signature=deadbeef')],
  ['a password', () => ModelSource.fromUri('https://me:deadbeef@host/x.tar.gz')],
  ['no alias and no version', () => ModelSource.fromMlflow('models:/credit')],
  ['a stage', () => ModelSource.fromMlflow('models:/credit/Production')],
  [
    'a tracking server with a password',
    () => ModelSource.fromMlflow('models:/a@b', { trackingUri: 'https://u:deadbeef@h' }),
  ],
  [
    'a database as tracking server',
    () => ModelSource.fromMlflow('models:/a@b', { trackingUri: 'sqlite:///x.db' }),
  ],
  ['no host', () => ModelSource.fromOci('credit:2')],
  ['no path', () => ModelSource.fromDvc('')],
  ['a remote with a password', () => ModelSource.fromDvc('a', { remote: 'https://u:deadbeef@h/x' })],
])('refused where it is written: %s', (_, create) => {
  const [problem] = problemsOf(create);
  expect(problem!.code).toBe('SOURCE_INVALID');
  expect(JSON.stringify(problem)).not.toContain('deadbeef');
});
