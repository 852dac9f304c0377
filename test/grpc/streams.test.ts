import { once } from 'node:events';
import { type ClientDuplexStream, status } from '@grpc/grpc-js';
import {
  ModelInferRequest,
  ModelStreamInferResponse,
} from '../../runtime/src/protocols/grpc/messages/infer-messages';
import { inferenceService } from '../../runtime/src/protocols/grpc/messages/inference-file';
import { failure, GrpcTestClient, until } from './support/grpc-test-client';
import { GrpcTestServer } from './support/grpc-test-server';
import { inferRequest, sampleInputs } from './support/infer-request';

const method = inferenceService.methods.find(({ name }) => name === 'ModelStreamInfer')!;

let server: GrpcTestServer;
let client: GrpcTestClient;

beforeEach(async () => {
  server = await GrpcTestServer.start(['breast-cancer/1']);
  client = new GrpcTestClient(server.port);
});

afterEach(async () => {
  client.close();
  await server.stop();
});

const request = (id: string) =>
  ModelInferRequest.encode({ ...inferRequest('breast-cancer', sampleInputs(server.packages[0]!, 0)), id });

/** Reads replies until the stream ends. */
async function replies(stream: ClientDuplexStream<Buffer, Buffer>): Promise<string[]> {
  const found: string[] = [];
  for await (const bytes of stream) {
    const { error_message, infer_response } = ModelStreamInferResponse.decode(bytes as Buffer);
    found.push(infer_response?.id ?? error_message.split(':')[0]!);
  }
  return found;
}

test('answers come in the order of the requests, errors among them', async () => {
  const stream = client.stream(inferenceService, method);
  const answers = replies(stream);
  for (let i = 0; i < 100; i++) stream.write(i === 50 ? Buffer.from([255]) : request(String(i)));
  stream.end();
  const expected = Array.from({ length: 100 }, (_, i) => (i === 50 ? 'REQUEST_SYNTAX' : String(i)));
  expect(await answers).toEqual(expected);
});

test('more requests than the window wait for their turn', async () => {
  const stream = client.stream(inferenceService, method);
  server.hold();
  for (let i = 0; i < 60; i++) stream.write(request(String(i)));
  await until(() => server.runs >= 16);
  expect(server.metrics.inFlight.value).toBeLessThan(25);
  server.letGo();
  const answers = replies(stream);
  stream.end();
  expect(await answers).toHaveLength(60);
});

test('a caller that is gone leaves nothing behind', async () => {
  const stream = client.stream(inferenceService, method);
  stream.on('error', () => {});
  server.hold();
  stream.write(request('a'));
  await until(() => server.runs === 1);
  stream.cancel();
  server.letGo();
  await until(() => server.metrics.inFlight.value === 0);
  expect(await server.server.drain(5_000)).toBe(true);
});

test('a server that stops answers what it has and ends the stream', async () => {
  const stream = client.stream(inferenceService, method);
  server.hold();
  stream.write(request('a'));
  await until(() => server.runs === 1);
  const ended = failure(once(stream, 'end').then(() => undefined));
  const first = once(stream, 'data');
  const drained = server.server.drain(5_000);
  server.letGo();
  const [bytes] = (await first) as [Buffer];
  expect(ModelStreamInferResponse.decode(bytes).infer_response?.id).toBe('a');
  expect((await ended).code).toBe(status.UNAVAILABLE);
  expect(await drained).toBe(true);
});
