import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { healthService } from '../../runtime/src/protocols/grpc/messages/health-file';
import {
  HealthCheckResponse,
  SERVING_STATUS,
} from '../../runtime/src/protocols/grpc/messages/health-messages';
import { methodPath } from '../../runtime/src/protocols/grpc/schema/proto-file';
import { failure, GrpcTestClient } from './support/grpc-test-client';
import { GrpcTestServer } from './support/grpc-test-server';

const [check, watch] = healthService.methods;
const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = SERVING_STATUS;

let server: GrpcTestServer;
let client: GrpcTestClient;

beforeEach(async () => {
  server = await GrpcTestServer.start([]);
  client = new GrpcTestClient(server.port);
});

afterEach(async () => {
  client.close();
  await server.stop();
});

function watching(service: string) {
  const request = watch.request.encode({ service });
  return client.client.makeServerStreamRequest(
    methodPath(healthService, watch),
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => bytes,
    request,
  );
}

async function told(stream: ReturnType<typeof watching>): Promise<number> {
  const [bytes] = (await once(stream, 'data')) as [Buffer];
  return HealthCheckResponse.decode(bytes).status;
}

test('check tells whether the process wants traffic', async () => {
  const asked = (service: string) => client.unary(healthService, check, { service });
  expect(await asked('')).toEqual({ status: NOT_SERVING });
  server.readiness.enter('ready');
  expect(await asked('')).toEqual({ status: SERVING });
  expect(await asked('inference.GRPCInferenceService')).toEqual({ status: SERVING });
  expect(await asked('grpc.health.v1.Health')).toEqual({ status: SERVING });
  expect((await failure(asked('other.Service'))).code).toBe(status.NOT_FOUND);
  server.readiness.enter('draining');
  expect(await asked('')).toEqual({ status: NOT_SERVING });
});

test('a request that cannot be read', async () => {
  const error = await failure(client.bytes(methodPath(healthService, check), Buffer.from([10, 5])));
  expect([error.code, error.details]).toEqual([
    status.INVALID_ARGUMENT,
    expect.stringMatching(/^REQUEST_SYNTAX: /),
  ]);
});

test('watch tells every change until the server stops', async () => {
  const stream = watching('');
  expect(await told(stream)).toBe(NOT_SERVING);
  server.readiness.enter('ready');
  expect(await told(stream)).toBe(SERVING);
  server.readiness.enter('draining');
  const last = told(stream);
  const ended = failure(once(stream, 'end'));
  const drained = server.server.drain(5_000);
  expect(await last).toBe(NOT_SERVING);
  expect((await ended).code).toBe(status.UNAVAILABLE);
  expect(await drained).toBe(true);
});

test('watch goes on for a service that is not here', async () => {
  const stream = watching('other.Service');
  stream.on('error', () => {});
  expect(await told(stream)).toBe(SERVICE_UNKNOWN);
  stream.cancel();
});

test('the probe for load balancers tells readiness by its status alone', async () => {
  const probe = () => client.bytes('/inferstack.Readiness/Check', Buffer.alloc(0));
  expect((await failure(probe())).code).toBe(status.UNAVAILABLE);
  server.readiness.enter('ready');
  expect(HealthCheckResponse.decode(await probe())).toEqual({ status: SERVING });
  server.readiness.enter('draining');
  expect((await failure(probe())).code).toBe(status.UNAVAILABLE);
});
