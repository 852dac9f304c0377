import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, Gate, ModelSource, Rollout } from 'inferstack';
import {
  type AppEndpoint,
  LocalDeployment,
  type LocalEvent,
  type LocalOptions,
  readRuns,
} from 'inferstack/local';
import { actOnRollout } from '../../lib/local/rollouts';
import { candidates, stable } from '../rollout/support/candidates';
import { endTraffic, even, Traffic } from '../rollout/support/traffic';
import { problemsOf } from '../support/endpoint';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { runCli } from '../support/run-cli';
import { runtime } from './support/local-runtime';
import { rolledEndpoint } from './support/rolled';
import { until } from './support/wait';

jest.setTimeout(120_000);

const OLD = process.env['XDG_RUNTIME_DIR'];
const deployments: LocalDeployment[] = [];
beforeEach(() => {
  process.env['XDG_RUNTIME_DIR'] = temporaryDirectory();
});
afterEach(endTraffic);
afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.kill();
});
afterAll(() => {
  removeTemporaryDirectories();
  if (OLD === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = OLD;
});

const { seconds, minutes } = Duration;
const source = (model: { readonly uri: string }) => ModelSource.fromDirectory(model.uri);
const errors = Gate.errors({ minSamples: 20, window: seconds(1), failAfter: { failed: 1, of: 1 } });

/** A canary that no gate would ever end by itself. */
const patient = (candidate = candidates.good()) =>
  rolledEndpoint(
    stable().uri,
    Rollout.canary({ candidate: source(candidate), gates: [errors], bake: minutes(30) }),
  );

interface Running {
  readonly deployment: LocalDeployment;
  readonly events: LocalEvent[];
  readonly rollout: () => ReturnType<LocalDeployment['status']>[number]['rollouts'][number];
}

async function start(endpoint: AppEndpoint, options: LocalOptions = {}): Promise<Running> {
  const events: LocalEvent[] = [];
  const onEvent = (event: LocalEvent) => void events.push(event);
  const deployment = new LocalDeployment([endpoint], { port: 0, runtime, onEvent, ...options });
  deployments.push(deployment);
  await deployment.start();
  const rollout = () => deployment.status()[0]!.rollouts[0]!;
  const { steps } = deployment.endpoints[0]!.source.runtimeConfig.rollouts!.rollouts[0]!;
  // Both replicas have loaded the candidate.
  await until(() => rollout()?.phase === 'running' && rollout().percent === steps[0]!.percent);
  return { deployment, events, rollout };
}

const phases = ({ rollout }: Running) => rollout().replicas.map(({ phase }) => phase);
const port = ({ deployment }: Running) => Number(new URL(deployment.endpoints[0]!.url).port);

test('a bad candidate is rolled back in all replicas, and no caller loses a request', async () => {
  const running = await start(patient(candidates.notFinite()));
  const traffic = new Traffic(port(running), (i) => (i % 4 === 0 ? [0.5, -1] : even(i)));
  await until(() => traffic.seen.firstExposed);
  await until(() => phases(running).every((phase) => phase === 'rolled_back'));
  const seen = await traffic.stop();
  expect(seen).toMatchObject({ lost: 0 });
  expect(running.rollout()).toMatchObject({ phase: 'rolled_back', percent: 0, verdict: 'reject' });
  const told = running.events.filter(({ type }) => type === 'rollout');
  expect(told.at(-1)).toMatchObject({ endpoint: 'credit-risk-endpoint', rollout: { phase: 'rolled_back' } });
});

test('what one replica is told by hand counts for all; a new run tries again', async () => {
  const endpoint = patient();
  const running = await start(endpoint);
  const [first] = running.deployment.endpoints[0]!.replicas;
  const [run] = readRuns();
  const key = { 'x-api-key': run!.key };
  const ask = (action: 'promote' | 'rollback') =>
    actOnRollout(first!.managementOrigin!, { model: 'echo', action, reason: 'seen enough' }, key);
  expect(await ask('promote')).toMatchObject({ status: 200 });
  await until(() => phases(running).every((phase) => phase === 'promoted'));
  expect(running.rollout().replicas[1]!.cause!.reason).toBe('replica 0: seen enough');
  expect(await ask('rollback')).toMatchObject({ status: 200 });
  await until(() => phases(running).every((phase) => phase === 'rolled_back'));
  // A process that ends and is started again remembers.
  process.kill(first!.pid!, 'SIGKILL');
  await until(() => first!.restarts === 1 && first!.state === 'ready');
  await until(() => running.rollout().replicas[0]!.cause!.actor === 'memory');
  expect(phases(running)).toEqual(['rolled_back', 'rolled_back']);
  await running.deployment.stop();
  expect(phases(await start(endpoint))).toEqual(['running', 'running']);
});

test('the key of a run lies where its user alone can read it, and goes with the run', async () => {
  const parent = process.env['XDG_RUNTIME_DIR']!;
  const { deployment } = await start(patient());
  const files = (readdirSync(parent, { recursive: true }) as string[]).map((file) => path.join(parent, file));
  const modes = files.map((file) => [path.basename(file), statSync(file).mode & 0o777]);
  expect(modes).toContainEqual(['run.json', 0o600]);
  for (const file of files.filter((file) => statSync(file).isDirectory()))
    if (path.basename(file) !== 'rollouts') expect(statSync(file).mode & 0o077).toBe(0);
  await deployment.stop();
  expect(readRuns()).toEqual([]);
  expect((readdirSync(parent, { recursive: true }) as string[]).length).toBe(1);
});

test('a directory that others can read is not used for keys', async () => {
  const directory = path.join(process.env['XDG_RUNTIME_DIR']!, `inferstack-${process.getuid!()}`);
  mkdirSync(directory, { mode: 0o755 });
  const deployment = new LocalDeployment([patient()], { port: 0, runtime });
  await expect(deployment.start()).rejects.toMatchObject({ problems: [{ code: 'LOCAL_STATE' }] });
});

describe('inferstack rollout', () => {
  const codes = async (args: readonly string[]) => {
    const { code, json } = await runCli(['rollout', ...args, '--json']);
    const { problems } = json() as { problems: { code: string }[] };
    return [code, ...problems.map((problem) => problem.code)];
  };

  test('status, promote and rollback of what runs here, found by itself', async () => {
    const running = await start(patient());
    await until(() => running.rollout().gates.length > 0);
    const status = await runCli(['rollout', 'status']);
    expect(status).toMatchObject({ code: 0, err: '' });
    expect(status.out).toContain('echo 1 -> 2  running step 1 of 2  10 %');
    expect(status.out).toMatch(/gate errors +inconclusive +\d+ answers of the candidate; 20 are needed/);
    expect(await runCli(['rollout', 'promote', '--reason', 'looks good'])).toMatchObject({
      ...{ code: 0, out: 'echo: promoted\n', err: '' },
    });
    await until(() => phases(running).every((phase) => phase === 'promoted'));
    expect(running.rollout().cause).toEqual({ actor: 'local', reason: 'looks good' });
    expect(await codes(['status'])).toEqual([0]);
    expect(await codes(['promote'])).toEqual([1, 'ROLLOUT_REFUSED']);
    expect(await codes(['rollback', 'credit-risk-endpoint', '--model', 'echo'])).toEqual([0]);
    const after = await runCli(['rollout', 'status', '--json']);
    expect(after).toMatchObject({ code: 1 });
    expect(after.json()).toMatchObject({
      rollouts: [{ endpoint: 'credit-risk-endpoint', phase: 'rolled_back', verdict: 'reject' }],
    });
  });

  test('any deployment by the addresses of its replicas, with the key of an administrator', async () => {
    const running = await start(patient());
    const replicas = running.deployment.endpoints[0]!.replicas;
    const urls = replicas.flatMap(({ managementOrigin }) => ['--url', managementOrigin!]);
    expect(await codes(['status', ...urls])).toEqual([0]);
    const keyFile = path.join(temporaryDirectory(), 'key');
    writeFileSync(keyFile, 'a-guess\n');
    expect(await codes(['stop', ...urls, '--key-file', keyFile])).toEqual([
      ...[1, 'ROLLOUT_KEY_REFUSED', 'ROLLOUT_KEY_REFUSED'],
    ]);
    expect(phases(running)).toEqual(['running', 'running']);
    writeFileSync(keyFile, `${readRuns()[0]!.key}\n`);
    const one = [...urls, '--url', 'http://127.0.0.1:9', '--key-file', keyFile];
    expect(await codes(['promote', ...one])).toEqual([1, 'ROLLOUT_UNREACHABLE']);
    expect(phases(running)).toEqual(['running', 'running']);
    // One replica that is gone does not keep the candidate in the others.
    expect(await codes(['stop', ...one])).toEqual([1, 'ROLLOUT_UNREACHABLE']);
    await until(() => phases(running).every((phase) => phase === 'stopped'));
    expect(await codes(['stop', ...urls, '--key-file', keyFile])).toEqual([0]);
    expect(await codes(['rollback', ...urls, '--key-file', keyFile])).toEqual([0]);
    expect(await codes(['stop', '--url', 'http://127.0.0.1:9', '--key-file', keyFile])).toEqual([
      ...[1, 'ROLLOUT_UNREACHABLE'],
    ]);
    expect(await codes(['stop', ...urls, '--key-file', `${keyFile}.not`])).toEqual([1, 'ROLLOUT_KEY_FILE']);
  });

  test('says what is not there, and what is no use', async () => {
    expect(await codes(['status'])).toEqual([1, 'ROLLOUT_NOTHING_RUNS']);
    const deployment = new LocalDeployment([rolledEndpoint(stable().uri, Rollout.rolling())], {
      port: 0,
      runtime,
    });
    deployments.push(deployment);
    await deployment.start();
    expect(await codes(['promote'])).toEqual([1, 'ROLLOUT_NONE']);
    expect(await codes(['status', 'other'])).toEqual([1, 'ROLLOUT_NOTHING_RUNS']);
    for (const args of [
      ['promote', '--url', 'http://127.0.0.1:9'],
      ['status', 'credit-risk', '--url', 'http://127.0.0.1:9'],
      ['status', '--url', 'somewhere'],
      ['explode'],
    ])
      expect((await runCli(['rollout', ...args])).code).toBe(2);
  });
});

describe('rollouts of the platform', () => {
  const canary = Rollout.canary({ gates: [errors], percent: 25, bake: seconds(2), finalBake: seconds(1) });

  test('are tried from a package that counts as deployed', async () => {
    const monitoring = { errors: false, latency: false } as const;
    const endpoint = rolledEndpoint(candidates.good().uri, canary, { monitoring });
    const running = await start(endpoint, { stable: stable().uri });
    const traffic = new Traffic(port(running), even);
    await until(() => phases(running).every((phase) => phase === 'promoted'));
    await until(() => traffic.seen.last === '2');
    expect(await traffic.stop()).toMatchObject({ lost: 0 });
  });

  test('are refused from a package of another model, or where nothing is moved', () => {
    const from = (endpoint: AppEndpoint, directory: string) =>
      problemsOf(() => new LocalDeployment([endpoint], { runtime, stable: directory })).map(
        ({ code }) => code,
      );
    expect(from(rolledEndpoint(stable().uri, Rollout.rolling()), candidates.good().uri)).toEqual([
      'LOCAL_STABLE',
    ]);
    expect(from(rolledEndpoint(stable().uri, canary), stable().uri)).toEqual(['PLAN_CANDIDATE']);
    expect(from(patient(), stable().uri)).toEqual(['LOCAL_STABLE']);
  });
});
