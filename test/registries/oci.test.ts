import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseOci } from '../../lib/core/model-lock';
import { resolveSource } from '../../lib/registries';
import type { ArchiveServer } from '../loading/support/archive-server';
import { archiveOf, model, other, scratch } from '../loading/support/package-archive';
import { type OciContents, pushArchive, startOciServer } from './support/oci-server';
import { failure, useWorkspace } from './support/workspace';

const folder = scratch();
const archive = archiveOf(model, folder);
let contents: OciContents;
let server: ArchiveServer;

useWorkspace();
beforeEach(async () => {
  contents = { manifests: new Map(), blobs: new Map() };
  server = await startOciServer(contents);
});
afterEach(() => server.stop());

const at = (target: string): string => `${server.host}/models/credit${target}`;
const resolve = (reference: string, env: Record<string, string> = {}) =>
  resolveSource({ kind: 'oci', reference }, { DOCKER_CONFIG: process.cwd(), ...env });

test('a tag becomes the digest of its manifest, and the package is in the cache', async () => {
  const manifest = pushArchive(contents, 'stable', archive);
  const entry = await resolve(at(':stable'));
  expect(entry).toEqual({
    digest: model.digest,
    model: 'breast-cancer 1',
    resolved: { kind: 'oci', reference: at(`@${manifest}`) },
  });
  const cached = path.join('.inferstack', 'models', model.digest.replace(':', '-'));
  expect(readFileSync(path.join(cached, 'model.yaml'))).toEqual(
    readFileSync(path.join(model.directory, 'model.yaml')),
  );
  expect(readFileSync('.inferstack/.gitignore', 'utf8')).toBe('*\n');
});

test('the locked address gives the same package after the tag has moved', async () => {
  pushArchive(contents, 'stable', archive);
  const { resolved } = await resolve(at(':stable'));
  pushArchive(contents, 'stable', archiveOf(other, folder));
  expect((await resolve(at(':stable'))).digest).toBe(other.digest);
  expect((await resolveSource(resolved)).digest).toBe(model.digest);
});

test('a token is fetched with the credentials of the Docker configuration, and kept out of the lock', async () => {
  pushArchive(contents, 'stable', archive);
  contents.token = 'pull-token';
  contents.credentials = Buffer.from('robot:secret').toString('base64');
  const auths = { [server.host]: { auth: contents.credentials } };
  writeFileSync('config.json', JSON.stringify({ auths }));
  const entry = await resolve(at(':stable'));
  expect(entry.digest).toBe(model.digest);
  expect(JSON.stringify(entry)).not.toContain('secret');
  const asked = server.requests.find(({ url }) => url.startsWith('/token'))!;
  expect(new URL(asked.url, server.origin).searchParams.get('scope')).toBe('repository:models/credit:pull');
  expect(server.requests.at(-1)!.headers.authorization).toBe('Bearer pull-token');
});

test('wrong credentials: refused, with how to log in', async () => {
  contents.token = 'pull-token';
  contents.credentials = 'bm90OnRoaXM=';
  const { problems } = await failure(resolve(at(':stable')));
  expect(problems[0]).toMatchObject({
    code: 'REGISTRY_DENIED',
    remedy: expect.stringContaining('docker login'),
  });
});

test('a blob that was changed on the way is not taken', async () => {
  pushArchive(contents, 'stable', archive);
  const [[digest]] = [...contents.blobs] as [[string, Buffer]];
  contents.blobs.set(digest, Buffer.concat([archive.subarray(0, -1), Buffer.from([1])]));
  expect((await failure(resolve(at(':stable')))).code).toBe('REGISTRY_CORRUPT');
  expect(existsSync(path.join('.inferstack', 'models', model.digest.replace(':', '-')))).toBe(false);
});

test('a manifest other than the digest asked for is not taken', async () => {
  const digest = pushArchive(contents, 'stable', archive);
  contents.manifests.set(digest, `${contents.manifests.get(digest)} `);
  expect((await failure(resolve(at(`@${digest}`)))).code).toBe('REGISTRY_CORRUPT');
});

test.each([
  ['no such tag', undefined, 'REGISTRY_NOT_FOUND'],
  ['an image of two layers', { layers: [{}, {}] }, 'REGISTRY_UNSUPPORTED'],
  ['an index', { manifests: [] }, 'REGISTRY_UNSUPPORTED'],
  ['no JSON object', [], 'REGISTRY_ANSWER'],
])('%s', async (_, manifest, code) => {
  if (manifest !== undefined) contents.manifests.set('stable', JSON.stringify(manifest));
  expect((await failure(resolve(at(':stable')))).code).toBe(code);
});

test('an archive without model.yaml', async () => {
  mkdirSync('other');
  writeFileSync('other/notes.txt', 'nothing');
  const { writeModelArchive } = await import('@inferstack/runtime/model');
  writeModelArchive(
    { directory: path.resolve('other'), files: [{ path: 'notes.txt', bytes: 7, sha256: '' }] },
    'o.tgz',
  );
  pushArchive(contents, 'stable', readFileSync('o.tgz'));
  const { problems } = await failure(resolve(at(':stable')));
  expect(problems[0]).toMatchObject({ code: 'REGISTRY_NOT_A_PACKAGE', got: 'notes.txt' });
});

test('a temporary failure is tried again', async () => {
  pushArchive(contents, 'stable', archive);
  const { handler } = server;
  let failures = 2;
  server.handler = (request, response) =>
    failures-- > 0 ? void response.writeHead(503).end() : handler(request, response);
  expect((await resolve(at(':stable'))).digest).toBe(model.digest);
});

test.each([
  ['ghcr.io/acme/credit:2', { host: 'ghcr.io', repository: 'acme/credit', target: '2' }],
  ['localhost:5000/credit', { host: 'localhost:5000', repository: 'credit', target: 'latest' }],
  [
    `r.io/a/b:1@sha256:${'a'.repeat(64)}`,
    { host: 'r.io', repository: 'a/b', target: `sha256:${'a'.repeat(64)}` },
  ],
])('%s', (reference, expected) => {
  expect(parseOci(reference)).toEqual(expected);
});

test.each([
  'credit:2',
  'acme/credit:2',
  'https://ghcr.io/acme/credit',
  'ghcr.io/Acme/credit',
  'r.io/a@sha256:12',
])('%s names no artifact', (reference) => {
  expect(() => parseOci(reference)).toThrow('SOURCE_INVALID');
});
