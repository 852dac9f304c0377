import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { azureStorageToken } from '../../runtime/src/loading/azure-credentials';
import { ArchiveServer, type Handler, inTurn } from './support/archive-server';
import { scratch } from './support/package-archive';

const folder = scratch();
const server = new ArchiveServer();
const bodies: string[] = [];
const answer: Handler = (_request, response) =>
  response.end(JSON.stringify({ access_token: 't0ken', expires_on: '1900000000', token_type: 'Bearer' }));

/** Answers when the whole body came, and remembers it. */
const reading =
  (handler: Handler): Handler =>
  (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      handler(request, response);
    });
  };

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  bodies.length = 0;
  server.handler = reading(answer);
});

const managed = () => ({ IDENTITY_ENDPOINT: `${server.origin}/msi/token`, IDENTITY_HEADER: 'secret-header' });

const assertion = path.join(folder, 'assertion');
const federated = () => ({
  AZURE_FEDERATED_TOKEN_FILE: assertion,
  AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
  AZURE_CLIENT_ID: 'client-1',
  AZURE_AUTHORITY_HOST: `${server.origin}/`,
});
beforeEach(() => writeFileSync(assertion, 'assertion-1\n'));

test('asks the endpoint of Container Apps for a token of the named identity', async () => {
  expect(await azureStorageToken({ ...managed(), AZURE_CLIENT_ID: 'client-1' })).toBe('t0ken');
  const [request] = server.requests;
  expect(request!.url).toBe(
    '/msi/token?resource=https%3A%2F%2Fstorage.azure.com%2F&api-version=2019-08-01&client_id=client-1',
  );
  expect(request!.headers['x-identity-header']).toBe('secret-header');
});

test('without a client id the identity of the app itself is meant', async () => {
  await azureStorageToken(managed());
  expect(server.requests[0]!.url).not.toContain('client_id');
});

test('exchanges the assertion of an AKS pod, read at each call', async () => {
  expect(await azureStorageToken(federated())).toBe('t0ken');
  writeFileSync(assertion, 'assertion-2');
  await azureStorageToken(federated());
  expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /11111111-2222-3333-4444-555555555555/oauth2/v2.0/token',
    'POST /11111111-2222-3333-4444-555555555555/oauth2/v2.0/token',
  ]);
  expect(bodies.map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual(
    ['assertion-1', 'assertion-2'].map((client_assertion) => ({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      scope: 'https://storage.azure.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    })),
  );
});

test('the managed identity comes before the workload identity', async () => {
  await azureStorageToken({ ...federated(), ...managed() });
  expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
});

test.each([{ AZURE_STORAGE_KEY: 'a2V5' }, { AZURE_STORAGE_SAS_TOKEN: 'sv=1' }])(
  'a key or signature comes first: %p',
  async (given) => {
    expect(await azureStorageToken({ ...managed(), ...given })).toBeUndefined();
    expect(server.requests).toEqual([]);
  },
);

test('says nothing where the platform offers nothing', async () => {
  expect(await azureStorageToken({})).toBeUndefined();
  expect(await azureStorageToken({ IDENTITY_ENDPOINT: `${server.origin}/` })).toBeUndefined();
});

test('failures of the endpoint are tried again', async () => {
  const broken = (status: number): Handler =>
    reading((_request, response) => response.writeHead(status).end());
  server.handler = inTurn(broken(500), broken(429), reading(answer));
  expect(await azureStorageToken(managed())).toBe('t0ken');
  expect(server.requests).toHaveLength(3);
});

test.each<[string, Handler]>([
  ['a refusal', (_request, response) => response.writeHead(400).end('{"message":"t0ken"}')],
  ['an answer without token', (_request, response) => response.end('{"token":"t0ken"}')],
  ['an answer that is no JSON', (_request, response) => response.end('t0ken')],
  ['a token with a line break', (_request, response) => response.end('{"access_token":"t0ken\\nx: y"}')],
  ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
])('%s is an error that shows nothing of the answer', async (_, handler) => {
  for (const env of [managed(), federated()]) {
    server.handler = reading(handler);
    const error = await azureStorageToken(env).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'LOAD_CREDENTIALS_FAILED' });
    expect(String(error)).not.toMatch(/t0ken|secret-header|assertion-1/);
  }
});

test.each([
  'http://169.254.169.254.example.com/msi/token',
  'http://example.com/msi/token',
  'http://10.0.0.1/msi/token',
  'ftp://127.0.0.1/',
  'nonsense',
])('the header is not sent to %s', async (address) => {
  const env = { ...managed(), IDENTITY_ENDPOINT: address };
  await expect(azureStorageToken(env)).rejects.toMatchObject({ code: 'LOAD_CREDENTIALS_FAILED' });
});

test.each<[string, Record<string, string | undefined>]>([
  ['no tenant', { AZURE_TENANT_ID: undefined }],
  ['a tenant that is a path', { AZURE_TENANT_ID: '../evil' }],
  ['no client', { AZURE_CLIENT_ID: '' }],
  ['no file', { AZURE_FEDERATED_TOKEN_FILE: path.join(folder, 'gone') }],
  ['an authority in the clear', { AZURE_AUTHORITY_HOST: 'http://login.example.com/' }],
])('a workload identity with %s is refused before anything is sent', async (_, change) => {
  await expect(azureStorageToken({ ...federated(), ...change })).rejects.toMatchObject({
    code: 'LOAD_CREDENTIALS_FAILED',
  });
  expect(server.requests).toEqual([]);
});
