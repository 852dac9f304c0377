import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ProblemError } from '@inferstack/runtime/contract';
import { type LoadingOptions, loadModelPackage } from '../../runtime/src/loading';
import { ArchiveServer, inTurn, serving } from './support/archive-server';
import { archiveOf, model, other, quick, scratch } from './support/package-archive';

const folder = scratch();
const archive = archiveOf(model, folder);
const server = new ArchiveServer();
let cache: string;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  cache = path.join(folder, randomUUID());
});

const load = (options: Partial<LoadingOptions> = {}, suffix = '') =>
  loadModelPackage(
    { uri: `${server.origin}/model.tar.gz${suffix}`, digest: model.digest },
    cache,
    undefined,
    {
      ...quick,
      ...options,
    },
  );

async function failure(work: Promise<unknown>): Promise<ProblemError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error;
  throw new Error(`expected a ProblemError, got ${String(error)}`);
}

/** Nothing of a failed attempt may stay: neither a half package nor a temporary file. */
const leftovers = () => (existsSync(cache) ? readdirSync(cache) : []);

test('downloads, unpacks and opens the package, and leaves nothing else in the cache', async () => {
  server.handler = serving(archive);
  const loaded = await load();
  expect(loaded.digest).toBe(model.digest);
  expect(loaded.directory).toBe(path.join(cache, model.digest.replace(':', '-')));
  expect(existsSync(path.join(loaded.directory, 'model.onnx'))).toBe(true);
  expect(leftovers()).toEqual([path.basename(loaded.directory)]);
});

test('takes a package that is in the cache already without asking the server', async () => {
  server.handler = serving(archive);
  await load();
  server.requests.length = 0;
  await load();
  expect(server.requests).toEqual([]);
});

test('a cached package that changed on disk is fetched again', async () => {
  server.handler = serving(archive);
  const { directory } = await load();
  const file = path.join(directory, 'baseline.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"rows"', ' "rows"'));
  const again = await load();
  expect(server.requests).toHaveLength(2);
  expect(readFileSync(path.join(again.directory, 'baseline.json'), 'utf8')).toContain('"rows"');
  expect(again.digest).toBe(model.digest);
});

test('replicas that share a cache and start together all get the package', async () => {
  server.handler = serving(archive);
  const loaded = await Promise.all(Array.from({ length: 4 }, () => load()));
  expect(new Set(loaded.map(({ digest }) => digest))).toEqual(new Set([model.digest]));
  expect(leftovers()).toHaveLength(1);
});

test('500 and 503 are tried again', async () => {
  const broken = (status: number) => inTurn((_request, response) => response.writeHead(status).end());
  server.handler = inTurn(broken(500), broken(503), serving(archive));
  expect((await load()).digest).toBe(model.digest);
  expect(server.requests).toHaveLength(3);
});

test('gives up after the last attempt and says what came', async () => {
  server.handler = (_request, response) => response.writeHead(502).end();
  const error = await failure(load({ attempts: 3 }));
  expect(error.code).toBe('LOAD_FAILED');
  expect(error.problems[0]).toMatchObject({ got: 'HTTP 502' });
  expect(server.requests).toHaveLength(3);
  expect(leftovers()).toEqual([]);
});

test.each([
  [404, 'LOAD_NOT_FOUND'],
  [403, 'LOAD_ACCESS_DENIED'],
  [401, 'LOAD_ACCESS_DENIED'],
  [400, 'LOAD_FAILED'],
])('%i is final: %s at the first attempt', async (status, code) => {
  server.handler = (_request, response) => response.writeHead(status).end();
  expect((await failure(load())).code).toBe(code);
  expect(server.requests).toHaveLength(1);
  expect(leftovers()).toEqual([]);
});

test('a transfer that breaks off is tried again', async () => {
  server.handler = inTurn((_request, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 1000), () => response.destroy());
  }, serving(archive));
  expect((await load()).digest).toBe(model.digest);
  expect(server.requests).toHaveLength(2);
});

test('an archive cut short without a length is refused', async () => {
  server.handler = (_request, response) => {
    response.writeHead(200);
    response.end(archive.subarray(0, archive.length / 2));
  };
  const error = await failure(load());
  expect(error.code).toBe('ARCHIVE_INVALID');
  expect(error.problems[0]!.at).toBe(`${server.origin}/model.tar.gz`);
  expect(leftovers()).toEqual([]);
});

test('a server that falls silent is left and asked again', async () => {
  server.handler = inTurn((_request, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 1000));
  }, serving(archive));
  expect((await load({ stallTimeoutMs: 150 })).digest).toBe(model.digest);
  expect(server.requests).toHaveLength(2);
});

test('a server that never answers ends in an error that says so', async () => {
  server.handler = () => {};
  const error = await failure(load({ attempts: 2, stallTimeoutMs: 50 }));
  expect(error.message).toContain('no byte came for 50 ms');
});

test('an archive above the limit is refused by its announced length, before it is transferred', async () => {
  server.handler = serving(archive);
  const error = await failure(load({ maxBytes: 1000 }));
  expect(error.code).toBe('LOAD_TOO_LARGE');
  expect(error.problems[0]).toMatchObject({ got: `${archive.length} bytes or more` });
});

test('an archive above the limit is broken off when no length was announced', async () => {
  server.handler = (_request, response) => void response.writeHead(200).end(archive);
  expect((await failure(load({ maxBytes: 1000 }))).code).toBe('LOAD_TOO_LARGE');
  expect(leftovers()).toEqual([]);
});

test('another package is refused and removed', async () => {
  server.handler = serving(archiveOf(other, folder));
  const error = await failure(load());
  expect(error.problems[0]).toMatchObject({
    code: 'PACKAGE_DIGEST_MISMATCH',
    got: other.digest,
    allowed: model.digest,
  });
  expect(leftovers()).toEqual([]);
});

test('one changed byte of the graph is refused', async () => {
  const plain = gunzipSync(archive);
  const at = plain.indexOf('probabilities', plain.indexOf('model.onnx'));
  plain[at] = plain[at]! ^ 1;
  server.handler = serving(gzipSync(plain));
  expect((await failure(load())).code).toBe('PACKAGE_DIGEST_MISMATCH');
  expect(leftovers()).toEqual([]);
});

test('follows redirects', async () => {
  server.handler = (request, response) =>
    request.url === '/model.tar.gz'
      ? void response.writeHead(302, { location: '/elsewhere' }).end()
      : serving(archive)(request, response);
  expect((await load()).digest).toBe(model.digest);
});

test('sends query and user name, and shows neither', async () => {
  server.handler = (_request, response) => response.writeHead(403).end();
  const uri = `${server.origin.replace('//', '//me:pa%3Ass@')}/m.tar.gz?X-Amz-Signature=s3cr3t`;
  const error = await failure(loadModelPackage({ uri, digest: model.digest }, cache, undefined, quick));
  expect(server.requests[0]!.url).toBe('/m.tar.gz?X-Amz-Signature=s3cr3t');
  expect(server.requests[0]!.headers.authorization).toBe(`Basic ${btoa('me:pa:ss')}`);
  expect(error.message).toContain(`${server.origin}/m.tar.gz`);
  expect(error.message).not.toMatch(/s3cr3t|pa%3Ass|pa:ss|me:/);
});

test('nobody listens: the error names the cause', async () => {
  const gone = await new ArchiveServer().start();
  const uri = `${gone.origin}/model.tar.gz`;
  await gone.stop();
  const error = await failure(
    loadModelPackage({ uri, digest: model.digest }, cache, undefined, { ...quick, attempts: 2 }),
  );
  expect(error.message).toContain('ECONNREFUSED');
});

test('an abort ends the download and cleans up', async () => {
  const controller = new AbortController();
  server.handler = (_request, response) => {
    response.writeHead(200, { 'content-length': archive.length });
    response.write(archive.subarray(0, 1000), () => controller.abort(new Error('going down')));
  };
  const loading = loadModelPackage(
    { uri: `${server.origin}/m.tar.gz`, digest: model.digest },
    cache,
    controller.signal,
    quick,
  );
  await expect(loading).rejects.toThrow('going down');
  expect(leftovers()).toEqual([]);
});

test('a cache that cannot be written is named', async () => {
  server.handler = serving(archive);
  cache = path.join(folder, 'a-file', 'cache');
  writeFileSync(path.join(folder, 'a-file'), '');
  const error = await failure(load());
  expect(error.problems[0]).toMatchObject({ code: 'LOAD_CACHE_UNUSABLE', at: cache });
});
