import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { SignJWT, UnsecuredJWT } from 'jose';
import { inferenceService } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { methodPath } from '../../runtime/src/protocols/grpc/schema/proto-file';
import { failure, GrpcTestClient } from '../grpc/support/grpc-test-client';
import { call, get, post, type Reply } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { sampleRow, testConfig } from '../runtime/support/packages';
import { RawClient } from '../runtime/support/raw-client';
import { until } from '../runtime/support/wait';
import { GuardedServer, PREDICT } from './support/guarded-server';
import { Http2Client } from './support/http2-client';
import { Issuer } from './support/issuer';
import { TemporaryFiles } from './support/temporary-files';

const rows = { rows: [sampleRow('breast-cancer/1')] };
const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');
const KEY = 'key-of-team-b';

let files: TemporaryFiles;
let issuer: Issuer;
let server: GuardedServer;
let grpc: GrpcTestClient;

beforeAll(async () => {
  files = new TemporaryFiles();
  issuer = await Issuer.start();
  const apiKeysFile = files.write('keys', `# teams\nteam-b:${sha256(KEY)}\n\nteam-c:${sha256('other')}\n`);
  server = await GuardedServer.start({ auth: { apiKeysFile, jwt: issuer.config } });
  grpc = new GrpcTestClient(server.grpcPort);
});

afterAll(async () => {
  grpc.close();
  await server.stop();
  await issuer.stop();
  files.remove();
});

const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
const predict = (options: { headers?: Record<string, string> } = {}): Promise<Reply> =>
  post(server.port, PREDICT, rows, options);

test('a key opens, in either header, and a token', async () => {
  expect((await predict(bearer(KEY))).status).toBe(200);
  expect((await predict({ headers: { 'x-api-key': KEY } })).status).toBe(200);
  expect((await predict({ headers: { authorization: `bearer ${KEY}` } })).status).toBe(200);
  expect((await predict(bearer(await issuer.sign()))).status).toBe(200);
});

/** Everything that must not open, and that nobody may tell apart. */
async function wrongCredentials(): Promise<Record<string, Record<string, string>>> {
  const now = Math.floor(Date.now() / 1000);
  const token = await issuer.sign();
  const [head, body, signature] = token.split('.') as [string, string, string];
  const stranger = await Issuer.start();
  const foreign = await stranger.sign();
  await stranger.stop();
  const claims = { iss: issuer.config.issuer, aud: issuer.config.audience, sub: 'x', exp: now + 600 };
  const publicKey = Buffer.from(issuer.keySet);
  const authorizations = {
    'an unknown key': 'Bearer nobody',
    'the digest of a key': `Bearer ${sha256(KEY)}`,
    'a key without scheme': KEY,
    'basic authentication': `Basic ${Buffer.from(`team-b:${KEY}`).toString('base64')}`,
    'an empty token': 'Bearer ',
    'what only looks like a token': 'Bearer a.b.c',
    'a token that has expired': `Bearer ${await issuer.sign({ exp: now - 60 })}`,
    'a token that is not valid yet': `Bearer ${await issuer.sign({ nbf: now + 60 })}`,
    'a token without end': `Bearer ${await issuer.sign({ exp: undefined as never })}`,
    'a token for others': `Bearer ${await issuer.sign({ aud: 'others' })}`,
    'a token of another issuer': `Bearer ${await issuer.sign({ iss: 'https://evil.test' })}`,
    'a token of another key': `Bearer ${foreign}`,
    'a token of an unknown key': `Bearer ${await issuer.sign({}, { kid: 'unknown' })}`,
    'a token with another content': `Bearer ${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')}.${signature}`,
    'a token without signature': `Bearer ${head}.${body}.`,
    'a token of algorithm none': `Bearer ${new UnsecuredJWT(claims).encode()}`,
    'a token signed with the public key as a secret': `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(publicKey)}`,
  };
  return {
    nothing: {},
    'a wrong x-api-key beside a good token': { 'x-api-key': 'nobody', authorization: `Bearer ${token}` },
    'a token as x-api-key': { 'x-api-key': token },
    ...Object.fromEntries(
      Object.entries(authorizations).map(([what, value]) => [what, { authorization: value }]),
    ),
  };
}

test('whatever is wrong is answered alike, over every protocol', async () => {
  const http2 = new Http2Client(`http://127.0.0.1:${server.port}`);
  for (const [what, headers] of Object.entries(await wrongCredentials())) {
    const { 'x-request-id': _, date, ...same } = (await predict({ headers })).headers;
    const reply = await predict({ headers });
    const { requestId, ...body } = reply.json;
    expect({ what, status: reply.status, body, 'www-authenticate': same['www-authenticate'] }).toEqual({
      what,
      status: 401,
      body: { error: 'This needs a valid API key or token.', code: 'REQUEST_UNAUTHENTICATED' },
      'www-authenticate': 'Bearer',
    });
    const second = await http2.post(PREDICT, rows, headers);
    expect([what, second.status]).toEqual([what, 401]);
    const error = await failure(grpc.call('ServerMetadata', {}, { metadata: headers }));
    expect([what, error.code, error.details]).toEqual([
      what,
      16,
      'REQUEST_UNAUTHENTICATED: This needs a valid API key or token.',
    ]);
  }
  http2.close();
});

test('health is open; everything else is not, whether it exists or not', async () => {
  for (const path of ['/v2/health/live', '/v2/health/ready', '/v2/models/breast-cancer/ready'])
    expect([path, (await get(server.port, path)).status]).toEqual([path, 200]);
  const closed = [
    ['GET', '/v2'],
    ['GET', '/v2/models/breast-cancer'],
    ['GET', '/v2/models/none'],
    ['POST', '/v2/models/breast-cancer/infer'],
    ['POST', '/v2/models/none/predict'],
    ['POST', '/v2/repository/index'],
    ['POST', '/v2/repository/models/breast-cancer/load'],
    ['POST', '/v2/repository/models/breast-cancer/unload'],
  ] as const;
  for (const [method, path] of closed)
    expect([path, (await call(server.port, method, path)).status]).toEqual([path, 401]);
});

test('gRPC: probes are open, all other methods of all services are not', async () => {
  const open = new Set(['ServerLive', 'ServerReady', 'ModelReady']);
  for (const method of inferenceService.methods.filter((one) => !('requestStream' in one))) {
    const outcome = await grpc
      .bytes(methodPath(inferenceService, method), Buffer.alloc(0))
      .then(() => 0)
      .catch(({ code }) => code);
    expect([method.name, outcome === 16]).toEqual([method.name, !open.has(method.name)]);
  }
  // HealthCheckResponse { status: SERVING }
  expect([...(await grpc.bytes('/grpc.health.v1.Health/Check', Buffer.alloc(0)))]).toEqual([8, 1]);
  const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  for (const path of [
    reflection,
    methodPath(inferenceService, inferenceService.methods.find(({ name }) => name === 'ModelStreamInfer')!),
  ]) {
    const stream = grpc.client.makeBidiStreamRequest(
      path,
      (b: Buffer) => b,
      (b: Buffer) => b,
    );
    const code = await new Promise((resolve) =>
      stream.on('error', ({ code }: { code: number } & Error) => resolve(code)),
    );
    expect(code).toBe(16);
  }
});

test('gRPC: a key and a token open', async () => {
  const token = await issuer.sign();
  const shown: Record<string, string>[] = [{ 'x-api-key': KEY }, { authorization: `Bearer ${token}` }];
  for (const metadata of shown) {
    const { name } = await grpc.call('ModelMetadata', { name: 'breast-cancer' }, { metadata });
    expect(name).toBe('breast-cancer');
  }
});

test('the log knows who asked, and no secret', async () => {
  const token = await issuer.sign({ sub: 'team-log' });
  await predict(bearer(token));
  await predict({ headers: { 'x-api-key': KEY } });
  await predict(bearer('a-wrong-secret'));
  await grpc.call('ServerMetadata', {}, { metadata: { authorization: `Bearer ${token}` } });
  const all = JSON.stringify(server.log.lines);
  for (const secret of [token, token.split('.')[2]!, KEY, sha256(KEY), 'a-wrong-secret'])
    expect(all).not.toContain(secret);
  const refused = server.log.events('request').filter(({ code }) => code === 'REQUEST_UNAUTHENTICATED');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ subject }) => subject === undefined)).toBe(true);
  const missing = await get(server.port, '/v2/models/none', bearer(token));
  expect(missing.status).toBe(404);
  expect(server.log.events('request').at(-1)).toMatchObject({ subject: 'team-log', status: 404 });
});

test('who is refused takes no place among the requests in progress, and need not send a body', async () => {
  const raw = await RawClient.open(server.port);
  raw.send(
    `POST ${PREDICT} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n`,
  );
  await until(() => raw.status === 401);
  expect(server.metrics.inFlight.value).toBe(0);
  raw.end();
});

test('keys that come and go take effect; a file that cannot be used changes nothing', async () => {
  files.write('keys', `team-b:${sha256(KEY)}\nteam-d:${sha256('new-key')}\n`);
  await until(async () => (await predict(bearer('new-key'))).status === 200);
  expect((await predict(bearer('other'))).status).toBe(401);
  const failures = () => server.log.events('api_keys_reload_failed');
  for (const [bad, count] of [
    ['team-d:the-key-itself', 1],
    ['', 2],
    [`a b:${sha256('x')}`, 3],
  ] as const) {
    files.write('keys', bad);
    await until(() => failures().length === count);
    expect((await predict(bearer('new-key'))).status).toBe(200);
  }
  expect(JSON.stringify(failures())).not.toContain('the-key-itself');
  files.write('keys', `team-b:${sha256(KEY).toUpperCase()}\r\n`);
  await until(async () => (await predict(bearer('new-key'))).status === 401);
  expect((await predict(bearer(KEY))).status).toBe(200);
});

test('the role serves with TLS files, keys and a key set from a file', async () => {
  const jwksUri = `${pathToFileURL(files.write('jwks.json', issuer.keySet)).href}?sig=secret`;
  const apiKeysFile = files.write('role-keys', `a:${sha256('role')}`);
  const address = { host: '127.0.0.1', port: 0 };
  const config = testConfig(['breast-cancer/1'], {
    auth: { apiKeysFile, jwt: { ...issuer.config, jwksUri } },
    listeners: { inference: address, grpc: address, management: address },
  });
  const role = await serve(config);
  const { inference, management, grpc: grpcPort } = role.ports;
  const caller = new GrpcTestClient(grpcPort!);
  expect((await post(inference, PREDICT, rows)).status).toBe(401);
  expect((await post(inference, PREDICT, rows, bearer('role'))).status).toBe(200);
  expect((await post(inference, PREDICT, rows, bearer(await issuer.sign()))).status).toBe(200);
  expect((await failure(caller.call('ServerMetadata'))).code).toBe(16);
  // The private side stays open, and says how often somebody was refused.
  const { text } = await get(management, '/metrics');
  expect(text).toMatch(/inferstack_requests_total\{[^}]*route="predict",code="401"\} 1/);
  expect(text).toMatch(/inferstack_requests_total\{[^}]*route="grpc_other",code="401"\} 1/);
  const shown = await get(management, '/config');
  expect(shown.json.auth).toMatchObject({ apiKeysFile, jwt: { audience: issuer.config.audience } });
  expect(shown.text).not.toContain('secret');
  caller.close();
  await role.stop();
});
