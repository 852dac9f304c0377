import { constants } from 'node:http2';
import { get, post } from '../runtime/support/http-client';
import { sampleRow } from '../runtime/support/packages';
import { RawClient } from '../runtime/support/raw-client';
import { until } from '../runtime/support/wait';
import { GuardedServer, PREDICT } from './support/guarded-server';
import { Http2Client } from './support/http2-client';
import { FRAME, frame, headerBlock, PREFACE, RawHttp2, uint32 } from './support/raw-http2';

const rows = { rows: [sampleRow('breast-cancer/1')] };
const JSON_BODY = { 'content-type': 'application/json' };

let server: GuardedServer;
const clients: Http2Client[] = [];

beforeAll(async () => {
  server = await GuardedServer.start({ limits: { requestTimeoutMs: 20_000 } });
});

afterEach(() => {
  server.letGo();
  for (const client of clients.splice(0)) client.close();
});

afterAll(() => server.stop());

function connect(to = server): Http2Client {
  const client = new Http2Client(`http://127.0.0.1:${to.port}`);
  clients.push(client);
  return client;
}

/** The server still answers both protocols, and nothing is held. */
async function unharmed(): Promise<void> {
  expect((await post(server.port, PREDICT, rows)).status).toBe(200);
  expect((await connect().post(PREDICT, rows)).status).toBe(200);
  await until(() => server.metrics.inFlight.value === 0);
}

describe('one port speaks both protocols', () => {
  test('and both give the same answers', async () => {
    const http1 = await post(server.port, PREDICT, rows);
    const client = connect();
    const http2 = await client.post(PREDICT, rows, { 'x-request-id': 'mine' });
    expect([http2.status, http2.text]).toEqual([200, http1.text]);
    expect(http2.headers).toMatchObject({ 'x-request-id': 'mine', 'content-type': 'application/json' });
    expect(http2.headers['content-length']).toBe(String(http1.text.length));
    expect((await client.get('/v2/health/ready')).status).toBe(200);
    const missing = await client.get('/v2/models/none');
    expect([missing.status, JSON.parse(missing.text).code]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const client = connect();
    const full = await client.get('/v2');
    const head = await client.request({ ':path': '/v2', ':method': 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(full.headers['content-length']);
  });

  test('a client that asks first is told to go on', async () => {
    const client = connect();
    const stream = client.session.request({
      ...{ ':path': PREDICT, ':method': 'POST', expect: '100-continue' },
      ...JSON_BODY,
    });
    await new Promise((resolve) => stream.once('continue', resolve));
    const status = new Promise((resolve) => stream.once('response', (head) => resolve(head[':status'])));
    stream.end(JSON.stringify(rows));
    expect(await status).toBe(200);
  });

  test('requests of one connection are answered beside each other', async () => {
    const client = connect();
    server.hold();
    const waiting = Array.from({ length: 20 }, () => client.post(PREDICT, rows));
    await until(() => server.metrics.inFlight.value === 20);
    expect((await client.get('/v2/health/live')).status).toBe(200);
    server.letGo();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  test('the preface may come in pieces', async () => {
    const raw = await RawClient.open(server.port);
    for (const piece of [PREFACE.slice(0, 2), PREFACE.slice(2, 20), PREFACE.slice(20)]) {
      raw.send(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    raw.send(frame(FRAME.settings, 0, 0, Buffer.alloc(0)).toString('latin1'));
    await until(() => raw.received.charCodeAt(3) === FRAME.settings);
    raw.end();
  });

  test.each(['POST', 'PUT', 'P', 'PR', 'G'])(
    'HTTP/1.1 that begins with %s may come in pieces',
    async (start) => {
      const raw = await RawClient.open(server.port);
      const method = { P: 'POST', PR: 'PROPFIND', G: 'GET' }[start] ?? start;
      raw.send(start);
      await new Promise((resolve) => setTimeout(resolve, 20));
      raw.send(`${method.slice(start.length)} /v2 HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`);
      await until(() => raw.received.includes('\r\n\r\n'));
      expect(raw.received).toMatch(method === 'GET' ? /^HTTP\/1\.1 200/ : /^HTTP\/1\.1 405/);
      raw.end();
    },
  );
});

describe('bodies', () => {
  test('one that is too large is refused, and the connection goes on', async () => {
    const client = connect();
    const large = await client.request(
      { ':path': PREDICT, ':method': 'POST', ...JSON_BODY },
      Buffer.alloc(3_000_000, ' '),
    );
    expect([large.status, JSON.parse(large.text).code]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
    expect((await client.post(PREDICT, rows)).status).toBe(200);
    await unharmed();
  });

  test('one that nobody wants need not be sent', async () => {
    const raw = await RawHttp2.open(server.port);
    raw.headers(1, '/v2/models/none/predict', JSON_BODY);
    raw.data(1, '{"rows":');
    await until(() => raw.of(FRAME.headers, 1).length === 1);
    await until(() => raw.of(FRAME.reset, 1).length === 1);
    expect(raw.of(FRAME.reset, 1)[0]!.payload).toEqual(uint32(constants.NGHTTP2_NO_ERROR));
    raw.headers(3, '/v2/models/none/predict', JSON_BODY, true);
    await until(() => raw.of(FRAME.headers, 3).length === 1);
    raw.socket.destroy();
    await unharmed();
  });

  test.each<[string, (raw: RawHttp2) => void]>([
    ['is cancelled', (raw) => raw.reset(1, constants.NGHTTP2_CANCEL)],
    ['is reset without an error', (raw) => raw.reset(1, constants.NGHTTP2_NO_ERROR)],
    ['is reset with an error', (raw) => raw.reset(1, constants.NGHTTP2_PROTOCOL_ERROR)],
    ['ends with its connection', (raw) => raw.socket.destroy()],
    ['ends with half of its connection', (raw) => raw.socket.end()],
    ['ends with a goodbye', (raw) => raw.send(FRAME.goaway, 0, 0, Buffer.concat([uint32(0), uint32(1)]))],
  ])('half of one that %s runs no model and is not counted as in progress', async (_, breakOff) => {
    const raw = await RawHttp2.open(server.port);
    const counted = () =>
      server.log.events('request').filter(({ status, route }) => route === 'predict' && status === 499)
        .length;
    const before = counted();
    raw.headers(1, PREDICT, JSON_BODY);
    // Valid when it ended here.
    raw.data(1, JSON.stringify(rows));
    await until(() => server.metrics.inFlight.value === 1);
    breakOff(raw);
    await until(() => server.metrics.inFlight.value === 0);
    expect(counted()).toBe(before + 1);
    raw.socket.destroy();
    await unharmed();
  });

  test('a caller that leaves during the run leaves nothing behind', async () => {
    server.hold();
    const client = connect();
    const left = client.post(PREDICT, rows);
    const outcome = expect(left).rejects.toThrow();
    await until(() => server.metrics.inFlight.value === 1);
    client.close();
    await outcome;
    server.letGo();
    await unharmed();
  });
});

describe('limits', () => {
  test('a body that does not arrive in time ends its request, not the connection', async () => {
    const slow = await GuardedServer.start({ limits: { requestTimeoutMs: 300 } });
    const raw = await RawHttp2.open(slow.port);
    raw.headers(1, PREDICT, JSON_BODY);
    raw.data(1, '{');
    await until(() => raw.of(FRAME.data, 1).length > 0);
    expect(raw.of(FRAME.data, 1)[0]!.payload.toString()).toContain('REQUEST_BODY_TIMEOUT');
    await until(() => raw.of(FRAME.reset, 1).length === 1);
    raw.headers(3, '/v2/models/none/predict', JSON_BODY, true);
    await until(() => raw.of(FRAME.headers, 3).length === 1);
    expect(raw.closed).toBe(false);
    raw.socket.destroy();
    await slow.stop();
  });

  test.each<[string, (raw: RawClient) => void]>([
    ['says nothing', () => {}],
    ['sends half a preface', (raw) => raw.send(PREFACE.slice(0, 10))],
    ['sends half a request line', (raw) => raw.send('GET /v2')],
    ['sends headers one by one', (raw) => raw.send('GET /v2 HTTP/1.1\r\na: b\r\n')],
    ['begins HTTP/2 and stops', (raw) => raw.send(PREFACE)],
    [
      'sends half a frame of headers',
      (raw) => raw.send(`${PREFACE}\0\0\0\x04\0\0\0\0\0\0\0\x20\x01\x04\0\0\0\x01ab`),
    ],
  ])('a client that %s is cut', async (_, begin) => {
    const slow = await GuardedServer.start({ limits: { requestTimeoutMs: 300 } });
    const raw = await RawClient.open(slow.port);
    begin(raw);
    await until(() => raw.closed);
    await slow.stop();
  });

  test('bytes that come one by one do not keep a connection', async () => {
    const slow = await GuardedServer.start({ limits: { requestTimeoutMs: 300 } });
    const raw = await RawClient.open(slow.port);
    // A frame of headers that is announced as long, and never complete.
    raw.send(`${PREFACE}\0\0\0\x04\0\0\0\0\0\0\x20\0\x01\x04\0\0\0\x01`);
    const drip = setInterval(() => raw.send('\0'), 30);
    await until(() => raw.closed);
    clearInterval(drip);
    await slow.stop();
  });

  test('what looks like a preface and is none is answered as HTTP/1.1', async () => {
    const raw = await RawClient.open(server.port);
    raw.send('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n');
    await until(() => raw.closed);
    expect(raw.received).toMatch(/^HTTP\/1\.1 400 /);
    await unharmed();
  });

  test('garbage behind the preface ends the connection', async () => {
    const raw = await RawClient.open(server.port);
    raw.send(`${PREFACE}${'\xff'.repeat(5000)}`);
    await until(() => raw.closed);
    await unharmed();
  });

  test('headers that are too large are refused', async () => {
    const headers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'x'.repeat(1000)]));
    const client = connect();
    expect((await client.get('/v2', headers(14))).status).toBe(200);
    const large = await client.get('/v2', headers(17));
    expect([large.status, JSON.parse(large.text).code]).toEqual([431, 'REQUEST_HEADERS_TOO_LARGE']);
    await expect(client.get('/v2', headers(100))).rejects.toThrow();
    expect((await client.get('/v2')).status).toBe(200);
    await unharmed();
  });

  test('headers that never end are cut', async () => {
    const raw = await RawHttp2.open(server.port);
    raw.send(FRAME.headers, 0, 1, headerBlock({ ':method': 'GET', ':path': '/v2', ':scheme': 'http' }));
    const more = headerBlock({ 'x-more': 'x'.repeat(100) });
    for (let i = 0; i < 200 && !raw.closed; i++) raw.send(FRAME.continuation, 0, 1, more);
    await until(() => raw.closed);
    await unharmed();
  });

  test('a flood of resets ends the connection and starts nothing that stays', async () => {
    const raw = await RawHttp2.open(server.port);
    let stream = 1;
    await until(() => {
      for (let i = 0; i < 200 && !raw.closed; i++, stream += 2) {
        raw.headers(stream, PREDICT, JSON_BODY);
        raw.reset(stream, constants.NGHTTP2_CANCEL);
      }
      return raw.closed || raw.of(FRAME.goaway).length > 0;
    });
    expect(stream).toBeLessThan(2 * 20_000);
    raw.socket.destroy();
    await unharmed();
  });

  test.each([
    ['settings', FRAME.settings, Buffer.alloc(0), 0],
    ['pings', FRAME.ping, Buffer.alloc(8), 0],
  ])('a flood of %s harms nobody else', async (_, type, payload, id) => {
    const raw = await RawHttp2.open(server.port);
    // Answers are not read.
    raw.socket.pause();
    const flood = Buffer.concat(Array.from({ length: 500 }, () => frame(type, 0, id, payload)));
    for (let i = 0; i < 100 && !raw.closed; i++) raw.socket.write(flood);
    await unharmed();
    raw.socket.destroy();
  });

  test('no more than 250 requests of one connection are open at a time', async () => {
    const client = connect();
    const settings = await new Promise<{ maxConcurrentStreams?: number; maxHeaderListSize?: number }>(
      (resolve) => client.session.once('remoteSettings', resolve),
    );
    expect(settings).toMatchObject({ maxConcurrentStreams: 250, maxHeaderListSize: 65_536 });
    server.hold();
    const raw = await RawHttp2.open(server.port);
    for (let i = 0; i < 260; i++) raw.headers(1 + 2 * i, PREDICT, JSON_BODY);
    await until(() => raw.closed || raw.of(FRAME.goaway).length > 0 || raw.of(FRAME.reset).length >= 10);
    raw.socket.destroy();
    server.letGo();
    await unharmed();
  });
});

describe('while the server stops', () => {
  test('replies say goodbye, requests in progress are answered, none is lost', async () => {
    const own = await GuardedServer.start();
    const client = connect(own);
    expect((await client.post(PREDICT, rows)).status).toBe(200);
    own.hold();
    const waiting = client.post(PREDICT, rows);
    await until(() => own.metrics.inFlight.value === 1);
    own.readiness.enter('draining');
    expect((await get(own.port, '/v2/health/live')).headers.connection).toBe('close');
    expect((await client.get('/v2/health/live')).status).toBe(200);
    await until(() => client.goaways.length > 0);
    expect(client.goaways[0]).toBe(constants.NGHTTP2_NO_ERROR);
    // Until the listener closes, new connections are answered.
    const late = connect(own);
    expect((await late.get('/v2/health/live')).status).toBe(200);
    const idle = connect(own);
    await new Promise((resolve) => idle.session.once('connect', resolve));
    const closing = own.http.close(30_000);
    await until(() => idle.closed);
    own.letGo();
    expect((await waiting).status).toBe(200);
    expect(await closing).toBe(true);
    await own.stop();
  });

  test('what does not end is cut at the deadline', async () => {
    const own = await GuardedServer.start();
    const client = connect(own);
    own.hold();
    const waiting = expect(client.post(PREDICT, rows)).rejects.toThrow();
    await until(() => own.metrics.inFlight.value === 1);
    expect(await own.http.close(100)).toBe(false);
    await waiting;
    await until(() => client.closed);
    own.letGo();
    await own.stop();
  });
});
