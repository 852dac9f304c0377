import { once } from 'node:events';
import { request } from 'node:http';
import { HeldServer } from './support/held-server';
import { get, post, type Reply } from './support/http-client';
import { samples } from './support/packages';
import { postHead, RawClient } from './support/raw-client';
import { until } from './support/wait';

const INFER = '/v2/models/breast-cancer/infer';
const body = {
  inputs: [
    {
      name: 'features',
      datatype: 'FP32',
      shape: [1, 30],
      data: samples('breast-cancer/1')[0]!.inputs.features,
    },
  ],
};

let server: HeldServer;
afterEach(() => server.stop());

const inFlight = () => server.metrics.inFlight.value;

describe('body size', () => {
  const huge = JSON.stringify({ ...body, padding: 'x'.repeat(600_000) });
  beforeEach(async () => {
    server = await HeldServer.start({ maxBodyBytes: 2_000 });
  });

  test('an announced body is refused before it is read, and the connection lives on', async () => {
    const client = await RawClient.open(server.port);
    client.send(postHead(INFER, 2_001));
    await until(() => client.body !== undefined);
    expect([client.status, JSON.parse(client.body!).code]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
    client.received = '';
    client.send(`${'x'.repeat(2_001)}GET /v2/health/live HTTP/1.1\r\nhost: test\r\n\r\n`);
    await until(() => client.body !== undefined);
    expect([client.status, client.body]).toEqual([200, '{"live":true}']);
    client.end();
  });

  test('a chunked body is refused while it streams', async () => {
    const client = await RawClient.open(server.port);
    client.send(postHead(INFER, 'chunked'));
    client.send(`7d0\r\n${'x'.repeat(2_000)}\r\n`);
    client.send('1\r\nx\r\n');
    await until(() => client.body !== undefined);
    expect([client.status, JSON.parse(client.body!).code]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
    client.end();
  });

  test('a client that writes everything first still reads the reply', async () => {
    const reply = await post(server.port, INFER, huge);
    expect([reply.status, reply.json.code]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
  });

  test('a client that asks first is not told to go on', async () => {
    const headers = {
      expect: '100-continue',
      'content-length': huge.length,
      'content-type': 'application/json',
    };
    const asking = request({ host: '127.0.0.1', port: server.port, method: 'POST', path: INFER, headers });
    const onContinue = jest.fn();
    asking.on('continue', onContinue);
    asking.flushHeaders();
    const [response] = await once(asking, 'response');
    expect(response.statusCode).toBe(413);
    expect(onContinue).not.toHaveBeenCalled();
    asking.destroy();
  });
});

test('a body that does not arrive in time gets 408, and the connection ends', async () => {
  server = await HeldServer.start({ requestTimeoutMs: 100 });
  const client = await RawClient.open(server.port);
  client.send(`${postHead(INFER, 1_000)}{"inputs":`);
  await until(() => client.closed);
  expect([client.status, JSON.parse(client.body!).code]).toEqual([408, 'REQUEST_BODY_TIMEOUT']);
  await until(() => inFlight() === 0);
});

test('an answer that does not come in time is 504; what comes later is dropped', async () => {
  server = await HeldServer.start({ requestTimeoutMs: 100 });
  server.hold();
  const reply = await post(server.port, INFER, body);
  expect([reply.status, reply.json.code]).toEqual([504, 'REQUEST_DEADLINE_EXCEEDED']);
  expect(inFlight()).toBe(1);
  server.letGo();
  await until(() => inFlight() === 0);
});

test('more than maxInFlight get 429 and when to come back; probes are never refused', async () => {
  server = await HeldServer.start({ maxInFlight: 3 });
  server.hold();
  const taken = Array.from({ length: 3 }, () => post(server.port, INFER, body));
  await until(() => inFlight() === 3);
  const refused = await post(server.port, INFER, body);
  expect([refused.status, refused.json.code, refused.headers['retry-after']]).toEqual([
    429,
    'REQUEST_TOO_MANY_IN_FLIGHT',
    '1',
  ]);
  expect((await get(server.port, '/v2/health/live')).status).toBe(200);
  server.letGo();
  expect((await Promise.all(taken)).map(({ status }: Reply) => status)).toEqual([200, 200, 200]);
  expect((await post(server.port, INFER, body)).status).toBe(200);
});

test('requests that came by another protocol take their place', async () => {
  server = await HeldServer.start({ maxInFlight: 1 });
  server.metrics.inFlight.add(1);
  expect((await post(server.port, INFER, body)).status).toBe(429);
  server.metrics.inFlight.add(-1);
  expect((await post(server.port, INFER, body)).status).toBe(200);
});

test('a client that leaves frees its place and is counted as 499', async () => {
  server = await HeldServer.start({ maxInFlight: 1 });
  const leaving = await RawClient.open(server.port);
  leaving.send(`${postHead(INFER, 1_000)}{"inputs":`);
  await until(() => inFlight() === 1);
  leaving.end();
  await until(() => inFlight() === 0);
  const series: string[] = [];
  for (const family of server.metrics.registry.families) {
    family.samples((_, labels) => series.push(labels.map(([, value]) => value).join(' ')));
  }
  expect(series).toContain('breast-cancer 1 infer 499');
});

test.each([
  ['no HTTP', 'HELLO\r\n\r\n', 400, 'REQUEST_INVALID'],
  [
    'endless headers',
    `GET /v2 HTTP/1.1\r\nhost: test\r\nx: ${'y'.repeat(20_000)}`,
    431,
    'REQUEST_HEADERS_TOO_LARGE',
  ],
  [
    'two lengths of one body',
    'POST /v2 HTTP/1.1\r\nhost: test\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'REQUEST_INVALID',
  ],
])('%s is answered as an error with an id, and the connection ends', async (_, bytes, status, code) => {
  server = await HeldServer.start({});
  const client = await RawClient.open(server.port);
  client.send(bytes);
  await until(() => client.closed);
  expect([client.status, JSON.parse(client.body!).code]).toEqual([status, code]);
  expect(client.received).toContain(`x-request-id: ${JSON.parse(client.body!).requestId}`);
});
