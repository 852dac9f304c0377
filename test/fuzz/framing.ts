import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Random } from './random';

/** Requests whose framing lies. The server may answer or hang up; it may not wait for ever or fall over. */
const ATTACKS: readonly ((random: Random) => Buffer)[] = [
  () => request('POST', { 'content-length': '5' }, '{"inputs":[]}'),
  () => request('POST', { 'content-length': '-1' }, '{}'),
  () => request('POST', { 'content-length': '99999999999999999999' }, '{}'),
  () => request('POST', { 'content-length': '2', 'transfer-encoding': 'chunked' }, '0\r\n\r\n'),
  () => request('POST', { 'transfer-encoding': 'chunked' }, 'zz\r\n{}\r\n0\r\n\r\n'),
  () => request('POST', { 'transfer-encoding': 'chunked' }, 'ffffffff\r\n{}'),
  () => request('GET', { 'x-huge': 'x'.repeat(40_000) }, ''),
  () => request('GET', Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`h${i}`, '1'])), ''),
  () => Buffer.from('GET /v2 HTTP/1.1\r\n\r\n'),
  () => Buffer.from('GET /v2 HTTP/9.9\r\nhost: x\r\n\r\n'),
  () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame at all'),
  () => bomb(50_000_000),
  (random) => Buffer.from(Array.from({ length: 200 }, () => random.below(256))),
];

function request(method: string, headers: Readonly<Record<string, string>>, body: string | Buffer): Buffer {
  const fields = Object.entries({
    host: 'x',
    connection: 'close',
    'content-type': 'application/json',
    ...headers,
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const path = method === 'GET' ? '/v2' : '/v2/models/digits/infer';
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`),
    Buffer.from(body as string),
  ]);
}

/** A small body that unpacks to `size` bytes. */
function bomb(size: number): Buffer {
  const body = gzipSync(Buffer.alloc(size, ' '));
  return request('POST', { 'content-encoding': 'gzip', 'content-length': String(body.length) }, body);
}

/**
 * Sends `cases` lying requests, each on a connection of its own that is closed after what the attack sends.
 *
 * @returns connections that were neither answered nor closed within `limitMs`.
 */
export async function attackFraming(
  port: number,
  cases: number,
  seed: number,
  limitMs: number,
): Promise<string[]> {
  const faults: string[] = [];
  for (let i = 0; i < cases; i += 20) {
    const group = Array.from({ length: Math.min(20, cases - i) }, (_, k) => i + k);
    const ends = await Promise.all(
      group.map((n) => ended(port, ATTACKS[n % ATTACKS.length]!(new Random(seed + n)), limitMs)),
    );
    ends.forEach((end, k) => {
      if (!end) faults.push(`framing case ${group[k]} (attack ${group[k]! % ATTACKS.length}): left open`);
    });
  }
  return faults;
}

function ended(port: number, bytes: Buffer, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(false);
    }, limitMs);
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(true);
    };
    socket.on('close', done);
    socket.on('end', done);
    socket.on('error', done);
    socket.resume();
    socket.end(bytes);
  });
}
