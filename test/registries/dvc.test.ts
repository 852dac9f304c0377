import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { resolveSource } from '../../lib/registries';
import { ArchiveServer } from '../loading/support/archive-server';
import { archiveOf, model, other, scratch } from '../loading/support/package-archive';
import { failure, useWorkspace } from './support/workspace';

const folder = scratch();
useWorkspace();

const md5 = (bytes: Buffer | string): string => createHash('md5').update(bytes).digest('hex');

/** Puts bytes where `dvc push` of DVC 3 does. */
function push(bytes: Buffer | string, suffix = ''): string {
  const hash = `${md5(bytes)}${suffix}`;
  const file = path.join('remote', 'files', 'md5', hash.slice(0, 2), hash.slice(2));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return hash;
}

function pushDirectory(directory: string): string {
  const files = readdirSync(directory).sort();
  const list = files.map((file) => ({ md5: push(readFileSync(path.join(directory, file))), relpath: file }));
  return push(JSON.stringify(list), '.dir');
}

/** As `dvc add` and `dvc remote add -d` write them. */
function track(hash: string, name = 'credit', field = '  hash: md5\n'): void {
  mkdirSync('.dvc', { recursive: true });
  mkdirSync('models', { recursive: true });
  writeFileSync('.dvc/config', '[core]\n    remote = store\n[\'remote "store"\']\n    url = ../remote\n');
  writeFileSync(`models/${name}.dvc`, `outs:\n- md5: ${hash}\n${field}  path: ${name}\n`);
}

const request = { kind: 'dvc', path: 'models/credit' } as const;

test('a tracked directory, from the default remote', async () => {
  const hash = pushDirectory(model.directory);
  track(hash);
  expect(await resolveSource(request)).toEqual({
    digest: model.digest,
    model: 'breast-cancer 1',
    resolved: { ...request, hash: `md5:${hash}` },
  });
});

test('a tracked archive, by the name of the .dvc file', async () => {
  track(push(archiveOf(model, folder)), 'credit.tar.gz');
  const entry = await resolveSource({ kind: 'dvc', path: 'models/credit.tar.gz.dvc' });
  expect(entry.digest).toBe(model.digest);
});

test('the locked address needs no .dvc file, and does not follow a newer one', async () => {
  track(pushDirectory(model.directory));
  const { resolved } = await resolveSource(request);
  track(pushDirectory(other.directory));
  expect((await resolveSource(request)).digest).toBe(other.digest);
  rmSync('models', { recursive: true });
  expect((await resolveSource(resolved)).digest).toBe(model.digest);
});

test('another remote: a directory, or an address', async () => {
  track(pushDirectory(model.directory));
  cpSync('remote', 'elsewhere', { recursive: true });
  rmSync('.dvc', { recursive: true });
  expect((await resolveSource({ ...request, remote: 'elsewhere' })).digest).toBe(model.digest);
  const server = await new ArchiveServer().start();
  server.handler = ({ url }, response) =>
    void response.end(readFileSync(path.join('remote', url!.replace('/data/', ''))));
  try {
    expect((await resolveSource({ ...request, remote: `${server.origin}/data` })).digest).toBe(model.digest);
  } finally {
    await server.stop();
  }
});

test('an object that was changed in the remote', async () => {
  const hash = pushDirectory(model.directory);
  track(hash);
  const object = md5(readFileSync(path.join(model.directory, 'model.yaml')));
  writeFileSync(path.join('remote/files/md5', object.slice(0, 2), object.slice(2)), 'changed');
  expect(await failure(resolveSource(request))).toMatchObject({ code: 'REGISTRY_CORRUPT' });
});

test('data that was never pushed', async () => {
  track('a'.repeat(32));
  const { problems } = await failure(resolveSource(request));
  expect(problems[0]).toMatchObject({ code: 'REGISTRY_NOT_FOUND', remedy: 'Run `dvc push`.' });
});

test('a name in the listing that leads outside', async () => {
  const list = JSON.stringify([{ md5: push('x'), relpath: '../../escaped' }]);
  track(push(list, '.dir'));
  expect(await failure(resolveSource(request))).toMatchObject({ code: 'REGISTRY_ANSWER' });
});

test.each([
  ['of DVC 2', () => track('a'.repeat(32), 'credit', ''), 'REGISTRY_UNSUPPORTED'],
  ['without MD5', () => track('none'), 'REGISTRY_ANSWER'],
  ['missing', () => undefined, 'REGISTRY_NOT_FOUND'],
])('a .dvc file %s', async (_, prepare, code) => {
  prepare();
  expect((await failure(resolveSource(request))).code).toBe(code);
});

test('no remote at all', async () => {
  track(pushDirectory(model.directory));
  writeFileSync('.dvc/config', '');
  expect((await failure(resolveSource(request))).code).toBe('REGISTRY_SETTING');
});
