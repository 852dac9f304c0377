import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { awsCredentials, credentialsEndpoint } from '../../runtime/src/loading/aws-credentials';
import { ArchiveServer, type Handler, inTurn } from './support/archive-server';
import { scratch } from './support/package-archive';

const folder = scratch();
const server = new ArchiveServer();
const answer: Handler = (_request, response) =>
  response.end(JSON.stringify({ AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 's3cr3t', Token: 't0ken' }));

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  server.handler = answer;
});

const full = () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.origin}/role` });

test('reads the credentials of the task', async () => {
  expect(await awsCredentials(full())).toEqual({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 's3cr3t',
    sessionToken: 't0ken',
  });
  expect(server.requests[0]!.url).toBe('/role');
  expect(server.requests[0]!.headers.authorization).toBeUndefined();
});

test('sends the token of the environment, or rather the one in the file, read at each call', async () => {
  const file = path.join(folder, 'token');
  writeFileSync(file, 'from-file-1\n');
  const env = { ...full(), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'from-env' };
  await awsCredentials(env);
  await awsCredentials({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file });
  writeFileSync(file, 'from-file-2');
  await awsCredentials({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file });
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'from-env',
    'from-file-1',
    'from-file-2',
  ]);
});

test('a token that could smuggle a header in is refused', async () => {
  const env = { ...full(), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nx-evil: 1' };
  await expect(awsCredentials(env)).rejects.toMatchObject({ code: 'LOAD_CREDENTIALS_FAILED' });
  expect(server.requests).toEqual([]);
});

test('keys of the environment come first', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };
  const expected = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
  expect(await awsCredentials({ ...full(), ...keys })).toEqual(expected);
  expect(server.requests).toEqual([]);
});

test('web identity comes before the container, and is left to the store', async () => {
  const env = { ...full(), AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token' };
  expect(await awsCredentials(env)).toBeUndefined();
  expect(server.requests).toEqual([]);
});

test('says nothing where the platform offers nothing', async () => {
  expect(await awsCredentials({})).toBeUndefined();
});

test('failures of the endpoint are tried again', async () => {
  server.handler = inTurn((_request, response) => response.writeHead(500).end(), answer);
  expect((await awsCredentials(full()))!.accessKeyId).toBe('AKIDEXAMPLE');
  expect(server.requests).toHaveLength(2);
});

test.each<[string, Handler]>([
  ['a refusal', (_request, response) => response.writeHead(403).end('{"code":"t0ken"}')],
  ['an answer without credentials', (_request, response) => response.end('{"AccessKeyId":"t0ken"}')],
  ['an answer that is no JSON', (_request, response) => response.end('t0ken')],
  ['a redirect', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
])('%s is an error that shows nothing of the answer', async (_, handler) => {
  server.handler = handler;
  const env = { ...full(), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret-token' };
  const error = await awsCredentials(env).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'LOAD_CREDENTIALS_FAILED' });
  expect(String(error)).not.toMatch(/t0ken|secret-token/);
});

const endpoint = (uri: string) => credentialsEndpoint({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri })?.href;

test.each([
  'http://169.254.170.2/x',
  'http://169.254.170.23/v1/credentials',
  'http://[fd00:ec2::23]/v1/credentials',
  'http://127.0.0.1:8080/x',
  'http://127.1.2.3/x',
  'http://[::1]:80/x',
  'http://localhost/x',
  'https://credentials.example.com/x',
])('trusts %s', (uri) => {
  expect(endpoint(uri)).toBe(new URL(uri).href);
});

test.each([
  'http://example.com/x',
  'http://169.254.170.3/x',
  'http://127.0.0.1.example.com/x',
  'http://user@example.com/x',
  'ftp://127.0.0.1/x',
  'nonsense',
])('does not trust %s', (uri) => {
  expect(() => endpoint(uri)).toThrow(expect.objectContaining({ code: 'LOAD_CREDENTIALS_FAILED' }));
});

test('a relative address is one of the ECS agent, and comes first', () => {
  const env = {
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://other.example.com/',
  };
  expect(credentialsEndpoint(env)!.href).toBe('http://169.254.170.2/v2/credentials/1');
  expect(() => credentialsEndpoint({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@evil.example.com/' })).toThrow(
    'does not begin with a slash',
  );
});
