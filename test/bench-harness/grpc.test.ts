import { Server, ServerCredentials } from '@grpc/grpc-js';
import { sendOnce } from '../../runtime/bench/harness/send-once';
import { closedLoop } from '../../runtime/bench/load/closed-loop';
import { frame, unframe } from '../../runtime/bench/load/grpc-frame';
import type { Target } from '../../runtime/bench/load/target';

const PATH = '/test.Service/Call';
const asIs = (bytes: Buffer) => bytes;
type Answer = (request: Buffer, reply: (error: { code: number } | null, value?: Buffer) => void) => void;

let running: Server | undefined;

afterEach(() => {
  running?.forceShutdown();
  running = undefined;
});

/** A real server of the gRPC library, which knows nothing of the client under test. */
async function serve(answer: Answer): Promise<Target> {
  const server = new Server();
  running = server;
  const method = {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  server.addService(
    { Call: method },
    { Call: (call: { request: Buffer }, reply: Parameters<Answer>[1]) => answer(call.request, reply) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { transport: 'grpc', port, path: PATH, headers: {}, body: frame(Buffer.from('row')) };
}

test('a message is framed by a flag and its length, and read back', () => {
  const framed = frame(Buffer.from('abc'));
  expect(framed.toString('hex')).toBe('0000000003616263');
  expect(unframe(framed).toString()).toBe('abc');
  expect(unframe(frame(Buffer.alloc(0)))).toHaveLength(0);
});

test.each([
  ['cut', '00000000036162'],
  ['followed by more', '000000000161ff'],
  ['compressed', '010000000161'],
  ['shorter than its prefix', '0000'],
])('a message that is %s is refused', (_, hex) => {
  expect(() => unframe(Buffer.from(hex, 'hex'))).toThrow('not one plain gRPC message');
});

test('one call: the whole reply', async () => {
  const target = await serve((request, reply) => reply(null, Buffer.concat([request, request])));
  const { status, body } = await sendOnce(target);
  expect(status).toBe(200);
  expect(unframe(body).toString()).toBe('rowrow');
});

test('one call: a server that is not ready may be asked again, one that refuses may not', async () => {
  let code = 14;
  const target = await serve((_, reply) => reply({ code }));
  expect((await sendOnce(target)).status).toBe(503);
  code = 3;
  expect((await sendOnce(target)).status).toBe(400);
});

test('closed loop: as many calls under way as asked for, all with the right bytes', async () => {
  const bodies = new Set<string>();
  let answered = 0;
  let underWay = 0;
  let most = 0;
  const target = await serve((request, reply) => {
    bodies.add(request.toString());
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay -= 1;
      answered += 1;
      reply(null, Buffer.from('ok'));
    }, 20);
  });
  const result = await closedLoop(target, { concurrency: 12, seconds: 0.3 });
  expect([...bodies]).toEqual(['row']);
  expect(result).toMatchObject({ errors: 0, requests: answered });
  expect(most).toBe(12);
});

test('closed loop: calls that fail are errors, never capacity', async () => {
  const target = await serve((_, reply) => reply({ code: 8 }));
  const result = await closedLoop(target, { concurrency: 2, seconds: 0.1 });
  expect(result.requests).toBe(0);
  expect(result.firstError).toMatch(/^gRPC status 8/);
});

test('closed loop: a server that goes away gives errors and an end', async () => {
  const target = await serve(() => running!.forceShutdown());
  const result = await closedLoop(target, { concurrency: 2, seconds: 30 });
  expect(result.requests).toBe(0);
  expect(result.errors).toBeGreaterThanOrEqual(100);
});
