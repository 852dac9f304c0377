import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { loadModelPackage } from '../../runtime/src/loading';
import { readStoreError } from '../../runtime/src/loading/store-download';
import { storeService } from '../../runtime/src/loading/store-options';
import { ArchiveServer, type Handler } from './support/archive-server';
import { archiveOf, model, quick, scratch } from './support/package-archive';

const folder = scratch();
const archive = archiveOf(model, folder);
const server = new ArchiveServer();
const before = { ...process.env };

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  for (const name of Object.keys(process.env))
    if (/^(AWS|AZURE|STORAGE)_/.test(name)) delete process.env[name];
  process.env['AWS_REGION'] = 'eu-west-1';
  process.env['AWS_ENDPOINT_URL_S3'] = server.origin;
});
afterAll(() => {
  process.env = before;
});

const load = (uri: string, attempts = 4) =>
  loadModelPackage({ uri, digest: model.digest }, path.join(folder, randomUUID()), undefined, {
    ...quick,
    attempts,
  });

/** As much of a store as reading needs: length, whole objects and ranges. */
const object =
  (bytes: Buffer): Handler =>
  (request, response) => {
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
    const start = range ? Number(range[1]) : 0;
    const end = range?.[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1;
    const part = bytes.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, {
      'content-length': part.length,
      etag: '"1"',
      'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
      ...(range ? { 'content-range': `bytes ${start}-${end}/${bytes.length}` } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  };

const keys = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'env-secret' };

test('reads an object of S3, signed with the keys of the environment for the region', async () => {
  Object.assign(process.env, keys);
  server.handler = object(archive);
  expect((await load('s3://models/breast-cancer/1.tar.gz')).digest).toBe(model.digest);
  const { url, headers } = server.requests.at(-1)!;
  expect(url).toBe('/models/breast-cancer/1.tar.gz');
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDENV\/\d{8}\/eu-west-1\/s3\/aws4_request/,
  );
});

test('on Fargate: credentials of the task, with their session token', async () => {
  const agent = await new ArchiveServer().start();
  agent.handler = (_request, response) =>
    response.end(JSON.stringify({ AccessKeyId: 'AKIDTASK', SecretAccessKey: 's', Token: 'task-session' }));
  process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${agent.origin}/credentials`;
  server.handler = object(archive);
  try {
    expect((await load('s3://models/m.tar.gz')).digest).toBe(model.digest);
  } finally {
    await agent.stop();
  }
  const { headers } = server.requests.at(-1)!;
  expect(headers.authorization).toContain('Credential=AKIDTASK/');
  expect(headers['x-amz-security-token']).toBe('task-session');
});

test.each([
  [404, 'LOAD_NOT_FOUND', 1],
  [403, 'LOAD_ACCESS_DENIED', 1],
  [503, 'LOAD_FAILED', 3],
])('S3 answers %i: %s after %i attempts', async (status, code, attempts) => {
  Object.assign(process.env, keys);
  server.handler = (_request, response) => response.writeHead(status).end();
  const error = await load('s3://models/m.tar.gz', 3).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code,
    problems: [
      expect.objectContaining({ at: 's3://models/m.tar.gz', got: expect.stringContaining(`HTTP ${status}`) }),
    ],
  });
  expect(server.requests).toHaveLength(attempts);
});

test('an object that is silent is left', async () => {
  Object.assign(process.env, keys);
  server.handler = () => {};
  const options = { ...quick, attempts: 2, stallTimeoutMs: 80 };
  const reference = { uri: 's3://models/m.tar.gz', digest: model.digest };
  await expect(loadModelPackage(reference, folder, undefined, options)).rejects.toThrow(
    'no byte came for 80 ms',
  );
});

test('reads a blob of Azure with a SAS token that no message shows', async () => {
  process.env['AZURE_STORAGE_BLOB_ENDPOINT'] = `${server.origin}/acme`;
  process.env['AZURE_STORAGE_SAS_TOKEN'] = 'sv=2022-11-02&sig=s3cr3t';
  server.handler = object(archive);
  expect((await load('azblob://acme/models/m.tar.gz')).digest).toBe(model.digest);
  expect(server.requests.at(-1)!.url).toBe('/acme/models/m.tar.gz?sv=2022-11-02&sig=s3cr3t');
  server.handler = (_request, response) => response.writeHead(403).end();
  const error = await load('azblob://acme/models/m.tar.gz').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'LOAD_ACCESS_DENIED' });
  expect(String(error)).not.toMatch(/s3cr3t|sig=/);
});

test('reads an object of Google Cloud Storage', async () => {
  process.env['STORAGE_EMULATOR_HOST'] = server.host;
  server.handler = (request, response) =>
    request.url!.includes('alt=media')
      ? object(archive)(request, response)
      : response.end(
          JSON.stringify({ name: 'm.tar.gz', size: String(archive.length), updated: '2024-01-01T00:00:00Z' }),
        );
  expect((await load('gs://models/m.tar.gz')).digest).toBe(model.digest);
  expect(server.requests.at(-1)!.url).toContain('/b/models/o/m.tar.gz');
});

test('S3 in China has a domain of its own', async () => {
  const location = {
    kind: 'store',
    store: 's3',
    account: '',
    bucket: 'b',
    key: 'k',
    shown: 's3://b/k',
  } as const;
  const { options } = await storeService(location, { AWS_REGION: 'cn-north-1' });
  expect(options).toEqual({
    bucket: 'b',
    region: 'cn-north-1',
    endpoint: 'https://s3.cn-north-1.amazonaws.com.cn',
  });
});

test('of an error of the store only kind, status and code are shown', () => {
  const message =
    'PermissionDenied (permanent) at stat, context: { uri: https://x/?sig=s3cr3t, response: Parts { status: 403, ' +
    'headers: {"x-key": "s3cr3t"} } } => S3Error { code: "AccessDenied", message: "s3cr3t" }';
  expect(readStoreError(message)).toEqual({
    kind: 'PermissionDenied',
    temporary: false,
    status: 'HTTP 403',
    reason: 'AccessDenied',
  });
});
