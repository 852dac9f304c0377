import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import type { RuntimeConfig } from '../../runtime/src/contract';
import { ProblemError } from '../../runtime/src/contract';
import { GrpcServer } from '../../runtime/src/protocols/grpc';
import { failure, GrpcTestClient, until } from './support/grpc-test-client';
import { GrpcTestServer } from './support/grpc-test-server';
import { inferRequest, outputsOf, sampleInputs } from './support/infer-request';

const INFER = '/inference.GRPCInferenceService/ModelInfer';

let server: GrpcTestServer;
let client: GrpcTestClient;

async function start(limits: Partial<RuntimeConfig['limits']> = {}): Promise<void> {
  server = await GrpcTestServer.start(['breast-cancer/1'], limits);
  client = new GrpcTestClient(server.port);
}

const request = () => inferRequest('breast-cancer', sampleInputs(server.packages[0]!, 0));

afterEach(async () => {
  client.close();
  await server.stop();
});

test('a request that passes the deadline of its caller', async () => {
  await start();
  server.hold();
  const error = await failure(client.call('ModelInfer', request(), { deadlineMs: 50 }));
  expect(error.code).toBe(status.DEADLINE_EXCEEDED);
  server.letGo();
  await until(() => server.metrics.inFlight.value === 0);
});

test('a request that is not answered within the limit of the server', async () => {
  await start({ requestTimeoutMs: 50 });
  server.hold();
  const error = await failure(client.call('ModelInfer', request()));
  expect([error.code, error.metadata.get('inferstack-code')]).toEqual([
    status.DEADLINE_EXCEEDED,
    ['REQUEST_DEADLINE_EXCEEDED'],
  ]);
  // The run is still in progress and counts until it is over.
  expect(server.metrics.inFlight.value).toBe(1);
  server.letGo();
  await until(() => server.metrics.inFlight.value === 0);
});

test('a request its caller has cancelled is counted once', async () => {
  await start();
  server.hold();
  const cancel = new AbortController();
  const call = failure(client.call('ModelInfer', request(), { signal: cancel.signal }));
  await until(() => server.runs === 1);
  expect(server.caller!.gone).toBe(false);
  cancel.abort();
  expect((await call).code).toBe(status.CANCELLED);
  // A run that has not begun is dropped.
  await until(() => server.caller!.gone);
  await until(() => requests(server).includes('grpc_infer 499 1'));
  server.letGo();
  await until(() => server.metrics.inFlight.value === 0);
  expect(requests(server)).not.toContain('grpc_infer 200 1');
});

test('more requests than may be in progress', async () => {
  await start({ maxInFlight: 1 });
  server.hold();
  const first = client.call('ModelInfer', request());
  await until(() => server.runs === 1);
  const error = await failure(client.call('ModelInfer', request()));
  expect([error.code, error.metadata.get('inferstack-code')]).toEqual([
    status.RESOURCE_EXHAUSTED,
    ['REQUEST_TOO_MANY_IN_FLIGHT'],
  ]);
  server.letGo();
  await first;
  await client.call('ModelInfer', request());
});

test('requests that came by another protocol take their place', async () => {
  await start({ maxInFlight: 1 });
  server.metrics.inFlight.add(1);
  expect((await failure(client.call('ModelInfer', request()))).code).toBe(status.RESOURCE_EXHAUSTED);
  server.metrics.inFlight.add(-1);
  await client.call('ModelInfer', request());
});

test('large messages pass up to the limit', async () => {
  await start({ maxBodyBytes: 2_000_000 });
  const one = sampleInputs(server.packages[0]!, 0)[0]!.data as Float32Array;
  const rows = 16_000;
  const data = new Float32Array(rows * 30);
  for (let row = 0; row < rows; row++) data.set(one, row * 30);
  const big = inferRequest('breast-cancer', [{ name: 'features', dtype: 'FP32', shape: [rows, 30], data }]);
  const [output] = outputsOf(await client.call('ModelInfer', big));
  expect(output!.shape).toEqual([rows, 2]);
  const tooBig = { ...big, raw_input_contents: [Buffer.alloc(2_000_001)] };
  expect((await failure(client.call('ModelInfer', tooBig))).code).toBe(status.RESOURCE_EXHAUSTED);
});

test('a message that does not arrive', async () => {
  await start({ requestTimeoutMs: 100 });
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  const call = session.request({
    ':method': 'POST',
    ':path': INFER,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.write(Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]));
  const headers = await new Promise<Record<string, unknown>>((resolve) => call.on('response', resolve));
  expect(headers).toMatchObject({
    'grpc-status': String(status.DEADLINE_EXCEEDED),
    'inferstack-code': 'REQUEST_BODY_TIMEOUT',
  });
  session.destroy();
});

test('bytes that are no HTTP/2, and frames that are no gRPC, leave the server standing', async () => {
  await start();
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  const refused = session.request({ ':method': 'POST', ':path': INFER, 'content-type': 'application/json' });
  const headers = await new Promise<Record<string, unknown>>((resolve) => refused.on('response', resolve));
  expect(headers[':status']).toBe(415);
  const call = session.request({
    ':method': 'POST',
    ':path': INFER,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.end(Buffer.from([7, 255, 255, 255, 255, 1, 2, 3]));
  await new Promise((resolve) =>
    call
      .on('close', resolve)
      .on('error', () => {})
      .resume(),
  );
  session.destroy();
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.on('connect', resolve));
  socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(100));
  await new Promise((resolve) => socket.on('close', resolve));
  await client.call('ModelInfer', request());
});

test('draining lets requests finish and takes no new ones', async () => {
  await start();
  server.hold();
  const running = client.call('ModelInfer', request());
  await until(() => server.runs === 1);
  const drained = server.server.drain(10_000);
  const late = new GrpcTestClient(server.port);
  expect((await failure(late.call('ModelInfer', request()))).code).toBe(status.UNAVAILABLE);
  late.close();
  server.letGo();
  expect(outputsOf(await running)).toHaveLength(1);
  expect(await drained).toBe(true);
});

test('draining cuts what is not done in time', async () => {
  await start();
  server.hold();
  const running = failure(client.call('ModelInfer', request()));
  await until(() => server.runs === 1);
  expect(await server.server.drain(50)).toBe(false);
  expect([status.UNAVAILABLE, status.CANCELLED]).toContain((await running).code);
});

test('an address that is taken', async () => {
  await start();
  const second = new GrpcServer(server.parts);
  const error = await second.start('127.0.0.1', server.port).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problems).toEqual([
    expect.objectContaining({
      code: 'LISTENER_FAILED',
      at: `127.0.0.1:${server.port}`,
      what: expect.stringContaining('EADDRINUSE'),
    }),
  ]);
  second.close();
});

test('compressed requests are read, up to the limit of what they unfold to', async () => {
  await start({ maxBodyBytes: 100_000 });
  const gzip = new GrpcTestClient(server.port, { 'grpc.default_compression_algorithm': 2 });
  expect(outputsOf(await gzip.call('ModelInfer', request()))).toHaveLength(1);
  const zeros = Buffer.alloc(100_001);
  expect(gzipSync(zeros).length).toBeLessThan(1000);
  expect((await failure(gzip.bytes(INFER, zeros))).code).toBe(status.RESOURCE_EXHAUSTED);
  gzip.close();
});

function requests({ metrics }: GrpcTestServer): string[] {
  const lines: string[] = [];
  metrics.registry.families
    .find((family) => family.name === 'inferstack_requests_total')!
    .samples((_, labels, value) => {
      const { route, code } = Object.fromEntries(labels);
      lines.push(`${route} ${code} ${value}`);
    });
  return lines;
}
