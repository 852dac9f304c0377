import { status } from '@grpc/grpc-js';
import { openModelPackage } from '@inferstack/runtime/model';
import { collectEndpoints, type LocalDeployment, startLocal } from 'inferstack/local';
import { failure, GrpcTestClient } from '../grpc/support/grpc-test-client';
import { inferRequest, outputsOf, sampleInputs } from '../grpc/support/infer-request';
import { exampleModel } from '../support/endpoint';
import { app, runtime } from './support/local-runtime';
import { infer } from './support/rows';
import { until } from './support/wait';

jest.setTimeout(120_000);

const pkg = openModelPackage(exampleModel('breast-cancer', '1'));
const wanted = pkg.samples[0]!.outputs['probabilities'] as number[][];
const request = inferRequest('breast-cancer', sampleInputs(pkg, 0));
const clients: GrpcTestClient[] = [];
let deployment: LocalDeployment;

beforeEach(async () => {
  deployment = await startLocal(await collectEndpoints(app('grpc-endpoint')), { port: 0, runtime });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await deployment.kill();
});

/** A client with a connection of its own: clients of one address would share one. */
function newClient(): GrpcTestClient {
  const port = Number(deployment.endpoints[0]!.grpcAddress!.split(':')[1]);
  const client = new GrpcTestClient(port, { 'grpc.use_local_subchannel_pool': 1 });
  clients.push(client);
  return client;
}

async function ask(client: GrpcTestClient): Promise<void> {
  const [output] = outputsOf(await client.call('ModelInfer', request)).filter(
    ({ name }) => name === 'probabilities',
  );
  const data = [...(output!.data as Float32Array)];
  wanted.flat().forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 5);
  });
}

/** gRPC requests each replica has answered. */
async function answered(): Promise<number[]> {
  const text = await (await fetch(`${deployment.endpoints[0]!.managementUrl}/metrics`)).text();
  return [0, 1].map((replica) => {
    const lines = text.split('\n').filter((line) => line.startsWith('inferstack_requests_total{'));
    const own = lines.filter((line) => line.includes('grpc_infer') && line.includes(`replica="${replica}"`));
    return own.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  });
}

test('connections are spread over the replicas, and the real model answers', async () => {
  const [first, second] = [newClient(), newClient()];
  for (let i = 0; i < 3; i++) await ask(first);
  for (let i = 0; i < 5; i++) await ask(second);
  expect((await answered()).sort()).toEqual([3, 5]);
  expect(await first.call('ServerReady')).toEqual({ ready: true });
  await infer(deployment.endpoints[0]!.url);
  expect(deployment.status()[0]).toMatchObject({
    grpcAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  });
});

test('a replica that ends takes its connections with it; clients find the other', async () => {
  const client = newClient();
  const other = newClient();
  await ask(client);
  await ask(other);
  const [killed] = deployment.status()[0]!.replicas;
  process.kill(killed!.pid!, 'SIGKILL');
  await until(() => deployment.status()[0]!.replicas[0]!.restarts > 0);
  const retried = async (each: GrpcTestClient) => {
    await until(() =>
      ask(each).then(
        () => true,
        () => false,
      ),
    );
  };
  await Promise.all([retried(client), retried(other)]);
});

test('stopping answers what is in progress and sends clients away', async () => {
  const client = newClient();
  await ask(client);
  const pending = Array.from({ length: 50 }, () => client.call('ModelInfer', request));
  await pending[0];
  const stopped = deployment.stop();
  expect((await Promise.all(pending)).length).toBe(50);
  await stopped;
  expect((await failure(client.call('ServerLive'))).code).toBe(status.UNAVAILABLE);
});

test('without a ready replica connections are closed', async () => {
  for (const { pid } of deployment.status()[0]!.replicas) process.kill(pid!, 'SIGKILL');
  await until(() => deployment.status()[0]!.ready === false);
  expect((await failure(newClient().call('ServerLive'))).code).toBe(status.UNAVAILABLE);
});
