import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoadBalancer } from '../../lib/local/load-balancer';
import { HELD_BODY_BYTES } from '../../lib/local/request-body';
import { Upstream } from '../../lib/local/upstream';
import { until } from './support/wait';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server in the place of a replica. */
class Peer {
  handler: Handler = (_request, response) => response.end('ok');
  seen: IncomingMessage[] = [];
  upstream!: Upstream;
  private readonly server: Server = createServer((incoming, response) => {
    this.seen.push(incoming);
    this.handler(incoming, response);
  });

  async start(timeoutMs = 10_000): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    this.upstream = new Upstream(
      `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      timeoutMs,
    );
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.upstream.close();
  }
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function setUp(
  count: number,
  timeoutMs?: number,
): Promise<{ peers: Peer[]; balancer: LoadBalancer; url: string }> {
  const peers = await Promise.all(Array.from({ length: count }, () => new Peer().start(timeoutMs)));
  const balancer = new LoadBalancer(() => peers.map(({ upstream }) => upstream));
  const url = await balancer.listen(0, true);
  cleanups.push(() => balancer.abort(), ...peers.map((peer) => () => peer.stop()));
  return { peers, balancer, url };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

const dying: Handler = (incoming) => incoming.socket.destroy();

test('passes method, path, headers and body on and the answer back', async () => {
  const { peers, url } = await setUp(1);
  peers[0]!.handler = async (incoming, response) => {
    response.writeHead(418, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] });
    response.end(`${incoming.method} ${incoming.url} ${incoming.headers['x-ask']} ${await bodyOf(incoming)}`);
  };
  const response = await fetch(`${url}/a/b?c=%20d`, {
    method: 'PUT',
    headers: { 'x-ask': 'why' },
    body: 'hello',
  });
  expect(response.status).toBe(418);
  expect(response.headers.get('x-answer')).toBe('yes');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await response.text()).toBe('PUT /a/b?c=%20d why hello');
});

test('headers of the connection stay on it, and none is added', async () => {
  const { peers, url } = await setUp(1);
  peers[0]!.handler = (_incoming, response) => {
    response.sendDate = false;
    response.writeHead(200, {
      connection: 'x-hop, keep-alive',
      'x-hop': '1',
      'x-end': '2',
      'content-length': 2,
    });
    response.end('ok');
  };
  const { port } = new URL(url);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      connection: 'close, x-mine',
      'x-mine': '1',
      te: 'trailers',
      'x-other': '2',
      host: 'model.example',
    };
    request({ host: '127.0.0.1', port, headers }, resolve).on('error', reject).end();
  });
  answer.resume();
  expect(peers[0]!.seen[0]!.headers).toEqual({
    host: 'model.example',
    'x-other': '2',
    connection: 'keep-alive',
  });
  expect(answer.headers).toEqual({ 'x-end': '2', 'content-length': '2', connection: 'close' });
});

test('the least busy replica takes the next request', async () => {
  const { peers, url } = await setUp(3);
  const held: ServerResponse[][] = peers.map(() => []);
  peers.forEach((peer, i) => {
    peer.handler = (_incoming, response) => void held[i]!.push(response);
  });
  const counts = () => peers.map(({ seen }) => seen.length);
  const total = (wanted: number) => until(() => counts().reduce((sum, n) => sum + n) === wanted);
  const first = [...Array(9)].map(() => fetch(url));
  await total(9);
  expect(counts()).toEqual([3, 3, 3]);

  for (const response of held[0]!.splice(0)) response.end();
  await until(() => peers[0]!.upstream.inFlight === 0);
  const second = [...Array(3)].map(() => fetch(url));
  await total(12);
  expect(counts()).toEqual([6, 3, 3]);
  for (const response of held.flat()) response.end();
  await Promise.all([...first, ...second]);
});

test('no replica is ready: 503 with Retry-After', async () => {
  const { url } = await setUp(0);
  const response = await fetch(url, { method: 'POST', body: '{}' });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
});

test('a connection that fails before an answer is tried on the other replica, body and all', async () => {
  const { peers, balancer, url } = await setUp(2);
  peers[0]!.handler = dying;
  peers[1]!.handler = async (incoming, response) => void response.end(await bodyOf(incoming));
  const bodies = [...Array(10).keys()].map(String);
  const answers = await Promise.all(
    bodies.map((body) => fetch(url, { method: 'POST', body }).then((response) => response.text())),
  );
  expect(answers).toEqual(bodies);
  expect(peers[0]!.seen.length).toBeGreaterThan(0);
  expect(balancer.snapshot()).toMatchObject({ requests: 10, errors: 0, inFlight: 0 });
});

test('an answer of the replica is never tried again, not even a 503', async () => {
  const { peers, url } = await setUp(2);
  for (const peer of peers) peer.handler = (_incoming, response) => void response.writeHead(503).end('busy');
  expect((await fetch(url)).status).toBe(503);
  expect(peers.reduce((sum, { seen }) => sum + seen.length, 0)).toBe(1);
});

test('a long body is streamed, and not sent a second time', async () => {
  const { peers, url } = await setUp(2);
  for (const peer of peers) peer.handler = dying;
  const response = await fetch(url, { method: 'POST', body: Buffer.alloc(HELD_BODY_BYTES + 1) });
  expect(response.status).toBe(502);
  expect(peers.reduce((sum, { seen }) => sum + seen.length, 0)).toBe(1);
});

test('gives up after three connections that failed', async () => {
  const { peers, url } = await setUp(5);
  for (const peer of peers) peer.handler = dying;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(502);
  expect(peers.reduce((sum, { seen }) => sum + seen.length, 0)).toBe(3);
});

test('streams a body while it still comes, and the answer while it is made', async () => {
  const { peers, url } = await setUp(1);
  peers[0]!.handler = async (incoming, response) => {
    response.writeHead(200);
    for await (const chunk of incoming) response.write(`[${String(chunk)}]`);
    response.end();
  };
  const { port } = new URL(url);
  const outgoing = request({ host: '127.0.0.1', port, method: 'POST' });
  outgoing.write('one');
  const answer = await new Promise<IncomingMessage>((resolve) => outgoing.on('response', resolve));
  expect(String((await once(answer, 'data'))[0])).toBe('[one]');
  outgoing.end('two');
  expect(await bodyOf(answer)).toBe('[two]');
});

test('an answer that breaks off breaks off for the client too', async () => {
  const { peers, balancer, url } = await setUp(2);
  for (const peer of peers) {
    peer.handler = (incoming, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => incoming.socket.destroy());
    };
  }
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow('terminated');
  await until(() => balancer.snapshot().errors === 1);
});

test('a client that leaves ends the work on the replica', async () => {
  const { peers, balancer, url } = await setUp(1);
  let left = false;
  peers[0]!.handler = (_incoming, response) => void response.on('close', () => (left = true));
  const controller = new AbortController();
  const pending = fetch(url, { signal: controller.signal }).catch(() => 'aborted');
  await until(() => peers[0]!.seen.length === 1);
  controller.abort();
  expect(await pending).toBe('aborted');
  await until(() => left);
  expect(balancer.snapshot().inFlight).toBe(0);
});

test('a replica that does not answer in time: 504', async () => {
  const { peers, url } = await setUp(1, 200);
  peers[0]!.handler = () => {};
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(504);
  expect(peers[0]!.seen).toHaveLength(1);
});

test('drains: what is in progress is answered, what comes after is not accepted', async () => {
  const { peers, balancer, url } = await setUp(1);
  const held: ServerResponse[] = [];
  peers[0]!.handler = (_incoming, response) => void held.push(response);
  const pending = [...Array(5)].map(() => fetch(url).then((response) => response.text()));
  await until(() => held.length === 5);
  const drained = balancer.drain(60_000);
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  for (const response of held) response.end('done');
  expect(await Promise.all(pending)).toEqual(Array(5).fill('done'));
  await drained;
});
