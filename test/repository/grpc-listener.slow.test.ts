import { createServer } from 'node:net';
import path from 'node:path';
import { type ServiceError, status } from '@grpc/grpc-js';
import { openModelPackage } from '@inferstack/runtime/model';
import { GrpcTestClient } from '../grpc/support/grpc-test-client';
import { inferRequest, sampleInputs } from '../grpc/support/infer-request';
import { get } from '../runtime/support/http-client';
import { MODELS } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { config } from './support/serving';
import { workersOf } from './support/workers';

jest.setTimeout(120_000);

const given = { ...config(['digits/1']), logging: { level: 'info' as const } };
const request = inferRequest('digits', sampleInputs(openModelPackage(path.join(MODELS, 'digits/1')), 0));
const clients: GrpcTestClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await endProcesses();
});

const client = (port: number) => {
  const made = new GrpcTestClient(port);
  clients.push(made);
  return made;
};

test('the process tells its port, in the log and in its health', async () => {
  const runtime = new RuntimeProcess(given);
  const { management } = await runtime.ready();
  const told = runtime.messages.find(({ type }) => type === 'listening') as { grpc?: number } | undefined;
  expect(told).toEqual({
    type: 'listening',
    inference: expect.any(Number),
    grpc: expect.any(Number),
    management,
  });
  expect(runtime.log.find(({ event }) => event === 'listening')).toMatchObject({ grpc: told!.grpc });
  expect((await get(management, '/health')).json.ports).toMatchObject({ grpc: told!.grpc });
  expect(await client(told!.grpc!).call('ServerReady')).toEqual({ ready: true });
  const without = new RuntimeProcess({ ...given, listeners: { ...given.listeners, grpc: null } });
  await without.ready();
  expect(without.messages[0]).toMatchObject({ type: 'listening', grpc: null });
});

test('a call in progress is answered after the signal; then the process ends as drained', async () => {
  const execution = { ...given.execution, placement: 'processes', workers: 1 };
  const runtime = new RuntimeProcess({ ...given, execution });
  const { management } = await runtime.ready();
  const { grpc } = runtime.messages[0] as unknown as { grpc: number };
  const caller = client(grpc);
  const pid = Number(runtime.log.find(({ event }) => event === 'start')!['pid']);
  const [worker] = workersOf(pid);
  process.kill(worker!, 'SIGSTOP');
  const pending = caller.call('ModelInfer', request);
  await until(async () =>
    /^inferstack_requests_in_flight 1$/m.test((await get(management, '/metrics')).text),
  );
  runtime.kill('SIGTERM');
  const closed = () =>
    client(grpc)
      .call('ServerLive')
      .then(
        () => false,
        (error: ServiceError) => error.code === status.UNAVAILABLE,
      );
  await until(closed);
  process.kill(worker!, 'SIGCONT');
  expect((await pending).model_name).toBe('digits');
  expect(await runtime.exit).toBe(0);
});

test('a port that is taken ends the start, and nothing stays open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const listeners = { ...given.listeners, grpc: { host: '127.0.0.1', port } };
  const runtime = new RuntimeProcess({ ...given, listeners });
  expect(await runtime.exit).toBe(1);
  expect(runtime.stdout).toContain('LISTENER_FAILED');
  await new Promise((resolve) => taken.close(resolve));
});
