import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { loadModelPackage } from '../../runtime/src/loading';
import { ArchiveServer, type Handler, inTurn, serving } from './support/archive-server';
import { archiveOf, model, quick, scratch } from './support/package-archive';

const folder = scratch();
const archive = archiveOf(model, folder);
const storage = new ArchiveServer();
const identity = new ArchiveServer();
const before = { ...process.env };

beforeAll(() => Promise.all([storage.start(), identity.start()]));
afterAll(() => Promise.all([storage.stop(), identity.stop()]));
afterAll(() => {
  process.env = before;
});
beforeEach(() => {
  storage.requests.length = 0;
  identity.requests.length = 0;
  identity.handler = (_request, response) => response.end('{"access_token":"t0ken"}');
  for (const name of Object.keys(process.env)) if (/^(AZURE|IDENTITY)_/.test(name)) delete process.env[name];
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: `${identity.origin}/msi/token`,
    IDENTITY_HEADER: 'secret-header',
    AZURE_CLIENT_ID: 'client-1',
    AZURE_STORAGE_BLOB_ENDPOINT: storage.origin,
  });
});

const load = (key = 'breast-cancer/1/package.tar.gz', attempts = 4) =>
  loadModelPackage(
    { uri: `azblob://account/models/${key}`, digest: model.digest },
    path.join(folder, randomUUID()),
    undefined,
    { ...quick, attempts },
  );

const refusing =
  (status: number, cause: string): Handler =>
  (_request, response) =>
    response.writeHead(status, { 'x-ms-error-code': cause }).end('<Error>t0ken</Error>');

test('reads a blob with the token of the managed identity', async () => {
  storage.handler = serving(archive);
  expect((await load()).digest).toBe(model.digest);
  const [request] = storage.requests;
  expect(request!.url).toBe('/models/breast-cancer/1/package.tar.gz');
  expect(request!.headers.authorization).toBe('Bearer t0ken');
  expect(request!.headers['x-ms-version']).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(identity.requests).toHaveLength(1);
});

test('names with signs of an address reach the store as they are', async () => {
  storage.handler = serving(archive);
  await load('a%20b/c%23d.tar.gz');
  expect(storage.requests[0]!.url).toBe('/models/a%20b/c%23d.tar.gz');
});

test('the path of the endpoint stays, as emulators have it', async () => {
  process.env['AZURE_STORAGE_BLOB_ENDPOINT'] = `${storage.origin}/devstoreaccount1/`;
  storage.handler = serving(archive);
  await load();
  expect(storage.requests[0]!.url).toBe('/devstoreaccount1/models/breast-cancer/1/package.tar.gz');
});

test('a busy store is asked again, each time with a token of its own', async () => {
  storage.handler = inTurn(refusing(503, 'ServerBusy'), serving(archive));
  expect((await load()).digest).toBe(model.digest);
  expect(identity.requests).toHaveLength(2);
});

test.each([
  [403, 'AuthorizationPermissionMismatch', 'LOAD_ACCESS_DENIED', 'Storage Blob Data Reader'],
  [403, 'AuthorizationFailure', 'LOAD_ACCESS_DENIED', 'network rules'],
  [404, 'BlobNotFound', 'LOAD_NOT_FOUND', 'uploaded'],
])('%i %s is final, and the error says why without the token', async (status, cause, code, remedy) => {
  storage.handler = refusing(status, cause);
  const error = await load().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(cause);
  expect(String(error)).toContain(remedy);
  expect(String(error)).not.toMatch(/t0ken|secret-header/);
  expect(storage.requests).toHaveLength(1);
});

test('an identity that is not assigned ends the load before the store is asked', async () => {
  identity.handler = (_request, response) => response.writeHead(400).end('{}');
  await expect(load()).rejects.toMatchObject({ code: 'LOAD_CREDENTIALS_FAILED' });
  expect(storage.requests).toEqual([]);
});

test('the token does not follow a redirect to another server', async () => {
  const other = await new ArchiveServer().start();
  other.handler = serving(archive);
  storage.handler = (_request, response) => response.writeHead(302, { location: `${other.origin}/x` }).end();
  try {
    await load();
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  } finally {
    await other.stop();
  }
});

test('the token is not sent in the clear', async () => {
  process.env['AZURE_STORAGE_BLOB_ENDPOINT'] = 'http://storage.example.com';
  await expect(load()).rejects.toMatchObject({ code: 'LOAD_URI_INVALID' });
});
