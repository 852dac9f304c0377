import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import { HeldServer } from './support/held-server';
import { callRaw, type RawReply } from './support/http-client';
import { samples } from './support/packages';
import { postHead, RawClient } from './support/raw-client';
import { until } from './support/wait';

const INFER = '/v2/models/breast-cancer/infer';
const one = (samples('breast-cancer/1')[0]!.inputs.features as unknown as number[][])[0]!;
const LIMIT = 400_000;

const body = (rows: number, parameters?: object) =>
  Buffer.from(
    JSON.stringify({
      inputs: [{ name: 'features', datatype: 'FP32', shape: [rows, 30], data: Array(rows).fill(one).flat() }],
      parameters,
    }),
  );

let server: HeldServer;
beforeAll(async () => {
  server = await HeldServer.start({ maxBodyBytes: LIMIT });
});
afterAll(() => server.stop());

const infer = (bytes: Buffer, headers: Record<string, string>) =>
  callRaw(server.port, 'POST', INFER, bytes, { 'content-type': 'application/json', ...headers });
const codeOf = (reply: RawReply) => [reply.status, JSON.parse(reply.body.toString()).code];

describe('requests', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer) => bytes],
  ])('%s', async (encoding, compress) => {
    const reply = await infer(compress(body(100)), { 'content-encoding': encoding });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body.toString()).outputs[0].shape).toEqual([100, 2]);
  });

  test('raw tensors: the length of the JSON is that before compression', async () => {
    const features = {
      name: 'features',
      datatype: 'FP32',
      shape: [1, 30],
      parameters: { binary_data_size: 120 },
    };
    const json = Buffer.from(JSON.stringify({ inputs: [features] }));
    const raw = Buffer.from(Float32Array.from(one).buffer);
    const headers = { 'content-encoding': 'gzip', 'inference-header-content-length': String(json.length) };
    expect((await infer(gzipSync(Buffer.concat([json, raw])), headers)).status).toBe(200);
  });

  test('rows of named values', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const rows = gzipSync(JSON.stringify({ rows: [] }));
    const reply = await callRaw(server.port, 'POST', '/v2/models/breast-cancer/predict', rows, headers);
    expect(codeOf(reply)).toEqual([422, 'INPUT_INVALID']);
  });

  const bomb = Buffer.alloc(50_000_000, ' ');
  test.each([
    ['spaces', 'gzip', gzipSync(bomb)],
    ['spaces', 'deflate', deflateSync(bomb)],
    ['spaces', 'br', brotliCompressSync(bomb)],
    ['nothing', 'gzip', Buffer.concat(Array(100_000).fill(gzipSync('')))],
  ])(
    '%s without end in %s: refused once it is too much, and the connection lives on',
    async (_, encoding, bytes) => {
      const client = await RawClient.open(server.port);
      const head = postHead(INFER, 'chunked').replace(
        'content-type',
        `content-encoding: ${encoding}\r\ncontent-type`,
      );
      client.send(`${head}${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`);
      await until(() => client.body !== undefined);
      expect([client.status, JSON.parse(client.body!).code]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
      client.received = '';
      client.send('0\r\n\r\nGET /v2/health/live HTTP/1.1\r\nhost: test\r\n\r\n');
      await until(() => client.body !== undefined);
      expect([client.status, client.body]).toEqual([200, '{"live":true}']);
      client.end();
      await until(() => server.metrics.inFlight.value === 0);
    },
  );

  test('the limit is that of what comes out, to the byte', async () => {
    const exact = Buffer.concat([body(1), Buffer.alloc(LIMIT, ' ')]).subarray(0, LIMIT);
    expect((await infer(gzipSync(exact), { 'content-encoding': 'gzip' })).status).toBe(200);
    const more = gzipSync(Buffer.concat([exact, Buffer.from(' ')]));
    expect(codeOf(await infer(more, { 'content-encoding': 'gzip' }))).toEqual([
      413,
      'REQUEST_BODY_TOO_LARGE',
    ]);
  });

  const sound = gzipSync(body(1));
  test.each([
    ['not compressed', 'gzip', body(1)],
    ['cut off', 'gzip', sound.subarray(0, sound.length - 9)],
    ['empty', 'gzip', Buffer.alloc(0)],
    ['damaged', 'gzip', Buffer.concat([sound.subarray(0, 40), Buffer.alloc(40, 0xaa), sound.subarray(80)])],
    ['something behind it', 'gzip', Buffer.concat([sound, Buffer.from('and more')])],
    ['something behind it', 'deflate', Buffer.concat([deflateSync(body(1)), Buffer.from('and more')])],
    ['something behind it', 'br', Buffer.concat([brotliCompressSync(body(1)), Buffer.from('and more')])],
    ['deflate without the frame of zlib', 'deflate', deflateRawSync(body(1))],
  ])('%s (%s) is 400', async (_, encoding, bytes) => {
    expect(codeOf(await infer(bytes, { 'content-encoding': encoding }))).toEqual([400, 'REQUEST_SYNTAX']);
    expect((await infer(sound, { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  test('an encoding nobody knows is 415, and the reply names those that are', async () => {
    const reply = await infer(body(1), { 'content-encoding': 'zstd' });
    expect(reply.body.toString()).toContain('gzip, deflate or br');
    expect(codeOf(reply)).toEqual([415, 'REQUEST_MEDIA_TYPE']);
  });

  test('a client that leaves amid a compressed body frees its place', async () => {
    const client = await RawClient.open(server.port);
    client.send(postHead(INFER, 1000).replace('content-type', 'content-encoding: gzip\r\ncontent-type'));
    client.send(sound.subarray(0, 30).toString('latin1'));
    await until(() => server.metrics.inFlight.value === 1);
    client.end();
    await until(() => server.metrics.inFlight.value === 0);
  });
});

describe('replies', () => {
  const LARGE = body(800);
  const SMALL = body(10);

  test.each([
    ['gzip', 'gzip', gunzipSync],
    ['deflate', 'deflate', inflateSync],
    ['br', 'br', brotliDecompressSync],
    ['gzip, deflate, br', 'gzip', gunzipSync],
    ['deflate;q=0.5, br;q=0.8', 'br', brotliDecompressSync],
    ['gzip;q=0, *', 'br', brotliDecompressSync],
    ['GZIP ; q = 0.3', 'gzip', gunzipSync],
  ])('%s: %s', async (accepted, coding, decompress) => {
    const plain = await infer(LARGE, {});
    const reply = await infer(LARGE, { 'accept-encoding': accepted });
    expect([reply.status, reply.headers['content-encoding']]).toEqual([200, coding]);
    expect([reply.headers.vary, plain.headers.vary]).toEqual(['accept-encoding', 'accept-encoding']);
    expect(reply.body.length).toBeLessThan(plain.body.length);
    expect(decompress(reply.body)).toEqual(plain.body);
  });

  test.each(['identity', 'zstd', 'gzip;q=0', '*;q=0', '', 'gzip;q=high', 'identity;q=1, gzip;q=0'])(
    '%j: not compressed',
    async (accepted) => {
      const reply = await infer(LARGE, { 'accept-encoding': accepted });
      expect([reply.status, reply.headers['content-encoding']]).toEqual([200, undefined]);
      expect(JSON.parse(reply.body.toString()).outputs[0].shape).toEqual([800, 2]);
    },
  );

  test('small ones are not compressed, and do not vary', async () => {
    const reply = await infer(SMALL, { 'accept-encoding': 'gzip' });
    expect([reply.headers['content-encoding'], reply.headers.vary]).toEqual([undefined, undefined]);
  });

  test('raw tensors only for who names one coding alone', async () => {
    const rows = 3000;
    const raw = Buffer.from(Float32Array.from(Array(rows).fill(one).flat()).buffer);
    const features = {
      name: 'features',
      datatype: 'FP32',
      shape: [rows, 30],
      parameters: { binary_data_size: raw.length },
    };
    const json = Buffer.from(
      JSON.stringify({ inputs: [features], parameters: { binary_data_output: true } }),
    );
    const ask = (accepted: string) =>
      infer(Buffer.concat([json, raw]), {
        'inference-header-content-length': String(json.length),
        'accept-encoding': accepted,
      });
    const plain = await ask('gzip, deflate');
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'accept-encoding']);
    expect((await ask('*')).headers['content-encoding']).toBeUndefined();
    const reply = await ask('gzip');
    expect(reply.headers['content-encoding']).toBe('gzip');
    expect(reply.headers['inference-header-content-length']).toBe(
      plain.headers['inference-header-content-length'],
    );
    expect(gunzipSync(reply.body)).toEqual(plain.body);
  });
});
