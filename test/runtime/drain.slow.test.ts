import { Agent } from 'node:http';
import { get, post, type Reply } from './support/http-client';
import { samples, testConfig } from './support/packages';
import { endProcesses, RuntimeProcess } from './support/process';
import { postHead, RawClient } from './support/raw-client';
import { until } from './support/wait';

const LIMIT = 120_000;
const INFER = '/v2/models/breast-cancer/infer';
const body = {
  inputs: [
    {
      name: 'features',
      datatype: 'FP32',
      shape: [1, 30],
      data: samples('breast-cancer/1')[0]!.inputs.features,
    },
  ],
};
const bytes = JSON.stringify(body);

afterEach(endProcesses);

async function start(drain: { delayMs: number; timeoutMs: number }) {
  const runtime = new RuntimeProcess(testConfig(['breast-cancer/1'], { drain }));
  return { runtime, ...(await runtime.ready()) };
}

async function inFlight(management: number): Promise<number> {
  const { text } = await get(management, '/metrics');
  return Number(/^inferstack_requests_in_flight (\d+)$/m.exec(text)![1]);
}

/** Connections whose requests have begun and not ended. */
async function begin(count: number, inference: number, management: number): Promise<RawClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => RawClient.open(inference)));
  for (const client of clients) client.send(postHead(INFER, bytes.length) + bytes.slice(0, 40));
  await until(async () => (await inFlight(management)) === count);
  return clients;
}

const refused = (port: number) =>
  RawClient.open(port).then(
    (client) => {
      client.end();
      return false;
    },
    () => true,
  );

test(
  'requests in progress are finished after the listener has closed; idle connections do not hold it',
  async () => {
    const { runtime, inference, management } = await start({ delayMs: 0, timeoutMs: 60_000 });
    const idle = await RawClient.open(inference);
    idle.send('GET /v2 HTTP/1.1\r\nhost: test\r\n\r\n');
    await until(() => idle.body !== undefined);
    const clients = await begin(8, inference, management);
    runtime.kill('SIGTERM');
    await until(() => refused(inference));
    await until(() => idle.closed);
    for (const client of clients) client.send(bytes.slice(40));
    await until(() => clients.every((client) => client.closed));
    for (const client of clients) {
      expect(client.status).toBe(200);
      expect(client.received).toMatch(/\r\nconnection: close\r\n/i);
      expect(JSON.parse(client.body!).outputs[0].data).toHaveLength(2);
    }
    expect(await runtime.exit).toBe(0);
  },
  LIMIT,
);

test(
  'under load no request is lost: clients leave when readiness fails, as a load balancer makes them',
  async () => {
    const { runtime, inference } = await start({ delayMs: 4_000, timeoutMs: 60_000 });
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    let leave = false;
    let afterSignal = 0;
    let signalled = false;
    const replies: Reply[] = [];
    const client = async () => {
      while (!leave) {
        replies.push(await post(inference, INFER, body, { agent }));
        if (signalled) afterSignal += 1;
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await until(() => replies.length > 100);
    runtime.kill('SIGTERM');
    signalled = true;
    await until(async () => (await get(inference, '/v2/health/ready')).status === 503);
    const seen = afterSignal;
    await until(() => afterSignal > seen + 50);
    leave = true;
    await Promise.all(clients);
    agent.destroy();
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(replies.at(-1)!.headers.connection).toBe('close');
    expect(await runtime.exit).toBe(0);
  },
  LIMIT,
);

test(
  'a second signal ends it at once',
  async () => {
    const { runtime, inference } = await start({ delayMs: 600_000, timeoutMs: 600_000 });
    runtime.kill('SIGTERM');
    await until(async () => (await get(inference, '/v2/health/ready')).status === 503);
    expect((await get(inference, '/v2/health/ready')).json).toMatchObject({ phase: 'draining' });
    expect((await get(inference, '/v2/health/live')).status).toBe(200);
    runtime.kill('SIGINT');
    expect(await runtime.exit).toBe(130);
  },
  LIMIT,
);

test(
  'a request that does not end is cut at the deadline, and the exit code tells',
  async () => {
    const { runtime, inference, management } = await start({ delayMs: 0, timeoutMs: 200 });
    const [client] = await begin(1, inference, management);
    runtime.kill('SIGTERM');
    expect(await runtime.exit).toBe(4);
    await until(() => client!.closed);
    expect(client!.status).toBeUndefined();
  },
  LIMIT,
);
