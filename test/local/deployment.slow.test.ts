import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type AppEndpoint,
  collectEndpoints,
  LocalDeployment,
  type LocalEvent,
  type LocalOptions,
  startLocal,
} from 'inferstack/local';
import { exampleModel } from '../support/endpoint';
import { expectGolden } from './support/golden';
import { app, runtime } from './support/local-runtime';
import { infer, sample } from './support/rows';
import { alive, until } from './support/wait';

jest.setTimeout(120_000);

let one: AppEndpoint[];
const deployments: LocalDeployment[] = [];
beforeAll(async () => {
  one = await collectEndpoints(app('one-endpoint'));
});
afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.kill();
});

async function start(
  endpoints: readonly AppEndpoint[] = one,
  options: LocalOptions = {},
): Promise<LocalDeployment> {
  const deployment = await startLocal(endpoints, { port: 0, runtime, ...options });
  deployments.push(deployment);
  return deployment;
}

/** Asks the model without pause, several at a time, until it is told to stop. */
function load(url: string, clients: number): { answered: () => number; stop: () => Promise<Error[]> } {
  let stopped = false;
  let answered = 0;
  const failures: Error[] = [];
  const client = async (): Promise<void> => {
    while (!stopped) {
      await infer(url).then(
        (data) => {
          answered++;
          if (Math.abs(data[0]! - sample.outputs.probabilities[0]![0]!) > 1e-5)
            failures.push(new Error('wrong answer'));
        },
        (error: Error) => failures.push(error),
      );
    }
  };
  const clientsDone = Promise.all([...Array(clients)].map(client));
  const stop = async (): Promise<Error[]> => {
    stopped = true;
    await clientsDone;
    return failures;
  };
  return { answered: () => answered, stop };
}

test('serves the real model on as many replicas as the platform keeps', async () => {
  const deployment = await start();
  const [endpoint] = deployment.status();
  expect(endpoint).toMatchObject({
    name: 'credit-risk-endpoint',
    models: [{ name: 'breast-cancer', version: '1' }],
    ready: true,
    replicas: [{ state: 'ready' }, { state: 'ready' }],
  });
  const data = await infer(endpoint!.url);
  sample.outputs.probabilities[0]!.forEach((wanted, i) => {
    expect(data[i]).toBeCloseTo(wanted, 5);
  });
});

test('a replica that is killed under load is started again, and no request is lost', async () => {
  const deployment = await start();
  const { url } = deployment.endpoints[0]!;
  const traffic = load(url, 8);
  await until(() => traffic.answered() > 200);
  const victim = deployment.status()[0]!.replicas[0]!.pid!;
  process.kill(victim, 'SIGKILL');
  await until(() => deployment.status()[0]!.replicas[0]!.restarts === 1);
  await until(() => deployment.status()[0]!.replicas[0]!.state === 'ready');
  const atRestart = traffic.answered();
  await until(() => traffic.answered() > atRestart + 200);
  // Bodies are short, so even what was in progress on the victim was sent again to the other replica.
  expect(await traffic.stop()).toEqual([]);
  const [replica] = deployment.status()[0]!.replicas;
  expect(replica!.pid).not.toBe(victim);
  expect(replica!.lastFailure).toContain('was ended by SIGKILL');
  expect(alive(victim)).toBe(false);
});

test('takes no request before a replica is ready, and none when the last one is gone', async () => {
  const states: string[] = [];
  const early: Promise<Response>[] = [];
  const deployment: LocalDeployment = new LocalDeployment(one, {
    port: 0,
    runtime,
    replicas: 1,
    onEvent: (event) => {
      if (event.type !== 'replica') return;
      states.push(event.state);
      if (event.state === 'starting') early.push(fetch(deployment.endpoints[0]!.url));
    },
  });
  deployments.push(deployment);
  await deployment.start();
  const { url } = deployment.endpoints[0]!;
  expect(states).toEqual(['starting', 'ready']);
  expect((await early[0]!).status).toBe(503);

  process.kill(deployment.status()[0]!.replicas[0]!.pid!, 'SIGKILL');
  await until(() => !deployment.status()[0]!.ready);
  const refused = await fetch(`${url}/v2/health/ready`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  await until(() => deployment.status()[0]!.ready);
  expect((await fetch(`${url}/v2/health/ready`)).status).toBe(200);
});

test('metrics of all replicas on one page, and the state of the endpoint', async () => {
  const deployment = await start();
  const { url, managementUrl } = deployment.endpoints[0]!;
  await Promise.all([...Array(20)].map(() => infer(url)));
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]!);
  expect(types.length).toBeGreaterThan(3);
  expect(new Set(types).size).toBe(types.length);
  expect(text).toContain('replica="0"');
  expect(text).toContain('replica="1"');
  const status = (await (await fetch(`${managementUrl}/`)).json()) as { requests: { requests: number } };
  expect(status).toMatchObject({ name: 'credit-risk-endpoint', ready: true, requests: { errors: 0 } });
  expect(status.requests.requests).toBe(20);
});

test('one endpoint serves both of its models', async () => {
  const deployment = await start(await collectEndpoints(app('two-models')));
  const [endpoint] = deployment.status();
  expect(endpoint!.models.map(({ name }) => name)).toEqual(['breast-cancer', 'digits']);
  for (const { name, version } of endpoint!.models) await expectGolden(endpoint!.url, name, version);
});

test('two endpoints of one app, each with its own balancer', async () => {
  const deployment = await start(await collectEndpoints(app('two-endpoints')));
  const [cancer, digits] = deployment.endpoints;
  const models = await Promise.all(
    [cancer!, digits!].map(async ({ url, model }) => (await fetch(`${url}/v2/models/${model.name}`)).json()),
  );
  expect(models).toEqual([
    expect.objectContaining({ name: 'breast-cancer' }),
    expect.objectContaining({ name: 'digits' }),
  ]);
  expect((await fetch(`${cancer!.url}/v2/models/digits`)).status).toBe(404);
});

test('one endpoint of several, by name; another name is refused', async () => {
  const two = await collectEndpoints(app('two-endpoints'));
  const deployment = await start(two, { endpoint: 'hospital-digits' });
  expect(deployment.endpoints.map(({ name }) => name)).toEqual(['hospital-digits']);
  await expect(start(two, { endpoint: 'digit' })).rejects.toMatchObject({
    code: 'LOCAL_ENDPOINT_UNKNOWN',
    problems: [expect.objectContaining({ allowed: 'hospital-cancer | hospital-digits' })],
  });
});

test('a port that was asked for and is taken is refused; the default moves on', async () => {
  const first = await start(one, { replicas: 1 });
  const port = Number(new URL(first.endpoints[0]!.url).port);
  await expect(start(one, { replicas: 1, port })).rejects.toMatchObject({ code: 'LOCAL_PORT' });
  const second = await start(one, { replicas: 1, port: undefined });
  expect(second.endpoints[0]!.url).not.toBe(first.endpoints[0]!.url);
});

test('after a start, a replica that keeps failing is reported with its last words and tried on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-local-'));
  const model = path.join(folder, 'model');
  cpSync(exampleModel('breast-cancer', '1'), model, { recursive: true });
  try {
    const events: LocalEvent[] = [];
    const deployment = await start([{ ...one[0]!, modelDirectories: [model] }], {
      replicas: 1,
      onEvent: (event) => events.push(event),
    });
    const file = path.join(model, 'baseline.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, `${whole}\n`);
    process.kill(deployment.status()[0]!.replicas[0]!.pid!, 'SIGKILL');
    await until(() => events.some((event) => event.type === 'replica' && event.state === 'crash-looping'));
    const [replica] = deployment.status()[0]!.replicas;
    expect(replica!.restarts).toBeGreaterThanOrEqual(5);
    expect(replica!.lastFailure).toContain('PACKAGE_DIGEST_MISMATCH');
    writeFileSync(file, whole);
    await until(() => deployment.status()[0]!.ready);
    expect(await infer(deployment.endpoints[0]!.url)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('stop drains and leaves no process; stopping twice is stopping once', async () => {
  const deployment = await start();
  const pids = deployment.status()[0]!.replicas.map(({ pid }) => pid!);
  const answer = infer(deployment.endpoints[0]!.url);
  await until(
    () => deployment.status()[0]!.requests.inFlight > 0 || deployment.status()[0]!.requests.requests > 0,
  );
  await Promise.all([deployment.stop(), deployment.stop()]);
  expect(await answer).toHaveLength(2);
  expect(pids.filter(alive)).toEqual([]);
  expect(deployment.status()[0]!.replicas.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
});

test.each([0, 1.5, -1])('%p replicas are refused', async (replicas) => {
  await expect(start(one, { replicas })).rejects.toMatchObject({ code: 'LOCAL_REPLICAS' });
});

test('minReplicas that is known only at deployment needs a number here; zero means one', async () => {
  const token = [{ ...one[0]!, minReplicas: -1.8881545897087e289 }];
  await expect(start(token)).rejects.toMatchObject({ code: 'LOCAL_REPLICAS' });
  const deployment = await start([{ ...one[0]!, minReplicas: 0 }]);
  expect(deployment.status()[0]!.replicas).toHaveLength(1);
});

test('a runtime that is not there is named', async () => {
  await expect(start(one, { runtime: { file: '/nonexistent/main.js' } })).rejects.toMatchObject({
    code: 'LOCAL_REPLICA_FAILED',
    message: expect.stringContaining("Cannot find module '/nonexistent/main.js'"),
  });
});
