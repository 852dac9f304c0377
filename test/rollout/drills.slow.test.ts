import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import type { RolloutConfig } from '../../runtime/src/contract/rollouts';
import { signal, workersOf } from '../repository/support/workers';
import { get } from '../runtime/support/http-client';
import { testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { candidates, stable } from './support/candidates';
import { DrillReport } from './support/drill-report';
import { agreement, errors, figure, latency, rollout } from './support/gates';
import { PrometheusProcess, withPrometheus } from './support/prometheus';
import { endTraffic, even, Traffic } from './support/traffic';

jest.setTimeout(120_000);

afterEach(endTraffic);
afterEach(endProcesses);
afterAll(removeTemporaryDirectories);

const report = new DrillReport();
afterAll(() => report.write());

const watched: Partial<RolloutConfig> = {
  steps: [{ percent: 20, shadowPercent: 100, holdMs: 600_000 }],
  gates: [errors, latency, agreement],
};

/** A worker takes about 90 MiB before it has leaked anything. */
const LIMIT_MIB = 160;

interface Drill {
  readonly runtime: RuntimeProcess;
  readonly traffic: Traffic;
  readonly management: number;
  /** Of the rollout, as management tells it. */
  readonly status: () => Promise<ReturnType<typeof JSON.parse>>;
}

/** Starts stable and candidate under traffic. */
async function drill(
  candidate: ReturnType<typeof stable>,
  change: Partial<RolloutConfig> = {},
  row = even,
  env: Readonly<Record<string, string>> = {},
): Promise<Drill> {
  // Where it is remembered how rollouts ended.
  process.env['INFERSTACK_CACHE'] = temporaryDirectory();
  return restart(candidate, change, row, env);
}

/** As `drill`, on the disk of the drill before. */
async function restart(
  candidate: ReturnType<typeof stable>,
  change: Partial<RolloutConfig> = {},
  row = even,
  env: Readonly<Record<string, string>> = {},
): Promise<Drill> {
  const rollouts = { adminKeys: null, rollouts: [rollout({ ...watched, ...change })] };
  const base = testConfig([], { rollouts, logging: { level: 'info' } });
  const config = { ...base, models: [stable(), candidate], execution: { ...base.execution, workers: 1 } };
  const runtime = new RuntimeProcess(config, { env });
  const { inference, management } = await runtime.ready();
  const status = async () => (await get(management, '/rollouts')).json.rollouts[0];
  return { runtime, traffic: new Traffic(inference, row), management, status };
}

const phaseOf = async ({ status }: Drill) => (await status()).phase as string;
const rollbackOf = ({ runtime }: Drill) =>
  runtime.log.find(({ action }) => action === 'rollback') as { reason: string; actor: string } | undefined;

/** Waits for the rollback, then for a while of stable alone, and makes sure nobody noticed. */
async function rolledBack(running: Drill) {
  await until(async () => (await phaseOf(running)) === 'rolled_back', 60_000);
  await until(() => rollbackOf(running) !== undefined);
  const before = running.traffic.seen.requests;
  const exposed = () => running.traffic.seen.exposed;
  await until(() => running.traffic.seen.requests > before + 20);
  const atRollback = exposed();
  await until(() => running.traffic.seen.requests > before + 200);
  expect(exposed()).toBe(atRollback);
  const seen = await running.traffic.stop();
  expect(seen).toMatchObject({ lost: 0, last: '1' });
  expect(await running.status()).toMatchObject({ phase: 'rolled_back', percent: 0, verdict: 'reject' });
  const { reason } = rollbackOf(running)!;
  const { requests, exposed: shown, lost } = seen;
  const drilled = {
    drill: expect.getState().currentTestName!,
    secondsToRollback: secondsToRollback(running),
  };
  report.add({ ...drilled, exposed: shown, lost, requests, reason });
  return { reason, exposed: shown };
}

function secondsToRollback({ runtime }: Drill): number | null {
  const timeOf = (wanted: string) => runtime.log.find(({ action }) => action === wanted)?.['time'];
  const start = timeOf('start');
  return start === undefined ? null : (Date.parse(timeOf('rollback')!) - Date.parse(start)) / 1000;
}

test('a good candidate takes over under traffic, and nobody notices', async () => {
  const steps = [
    { percent: 10, shadowPercent: 100, holdMs: 300 },
    { percent: 50, shadowPercent: 100, holdMs: 300 },
  ];
  const gates = [errors, agreement];
  const running = await drill(candidates.good(), { steps, gates });
  await until(async () => (await phaseOf(running)) === 'promoted', 60_000);
  await until(() => running.traffic.seen.last === '2');
  const seen = await running.traffic.stop();
  expect(seen.lost).toBe(0);
  expect((await running.status()).agreement.ratio).toBe(1);
});

test('a candidate whose file is corrupted never gets a request', async () => {
  const { reason, exposed } = await rolledBack(await drill(candidates.corrupted()));
  expect(reason).toContain('the candidate cannot be loaded');
  expect(exposed).toBe(0);
});

test('a process that starts again does not try again what was rolled back', async () => {
  const candidate = candidates.notFinite();
  const row = (i: number) => (i % 4 === 0 ? ([0.5, -1] as const) : even(i));
  const first = await drill(candidate, {}, row);
  await rolledBack(first);
  await endProcesses();
  const second = await restart(candidate, {}, row);
  await until(() => second.traffic.seen.requests > 100);
  expect(await phaseOf(second)).toBe('rolled_back');
  expect(await second.traffic.stop()).toMatchObject({ lost: 0, exposed: 0 });
});

test('nor does one that fails its golden samples', async () => {
  const { reason, exposed } = await rolledBack(await drill(candidates.wrongSamples()));
  expect(reason).toContain('the candidate cannot be loaded');
  expect(exposed).toBe(0);
});

test('a candidate that never becomes ready keeps nobody waiting', async () => {
  const silent: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  try {
    const running = await drill(candidates.unreachable((silent.address() as AddressInfo).port));
    await until(() => running.traffic.seen.requests > 200);
    expect(await phaseOf(running)).toBe('waiting');
    expect(await running.traffic.stop()).toMatchObject({ lost: 0, exposed: 0 });
  } finally {
    silent.close();
  }
});

test('a candidate that crashes under traffic', async () => {
  const running = await drill(candidates.good());
  const pid = Number(running.runtime.log.find(({ event }) => event === 'start')!['pid']);
  await until(() => running.traffic.seen.exposed > 0);
  await until(async () => {
    for (const worker of workersOf(pid)) signal(worker, 'SIGKILL');
    return (await phaseOf(running)) === 'rolled_back';
  }, 60_000);
  await rolledBack(running);
});

test('a candidate that leaks memory is ended before it takes any from stable', async () => {
  const NODE_OPTIONS = `--require ${path.join(__dirname, 'support/leak.cjs')}`;
  // Without a gate on latency: fresh memory makes it slow, too.
  const change = { candidateMemoryBytes: LIMIT_MIB * 1024 ** 2, gates: [errors, agreement] };
  const running = await drill(candidates.good(), change, even, { NODE_OPTIONS });
  const pid = Number(running.runtime.log.find(({ event }) => event === 'start')!['pid']);
  await until(() => workersOf(pid).length > 0 || rollbackOf(running) !== undefined);
  const { reason } = await rolledBack(running);
  const [, taken] = /the worker process took (\d+) MiB of memory; allowed: 160 MiB/.exec(reason)!;
  expect(Number(taken)).toBeLessThan(2 * LIMIT_MIB);
  expect(workersOf(pid)).toEqual([]);
});

test('a candidate that computes NaN: its callers get the answer of stable', async () => {
  const row = (i: number) => (i % 4 === 0 ? ([0.5, -1] as const) : even(i));
  const { reason } = await rolledBack(await drill(candidates.notFinite(), {}, row));
  expect(reason).toMatch(/^errors: .*requests failed/);
});

test('a candidate that is slow', async () => {
  const { reason } = await rolledBack(await drill(candidates.slow()));
  expect(reason).toMatch(/^latency: .*p90 is/);
});

test('a candidate that is too slow for its callers to wait', async () => {
  const { reason } = await rolledBack(await drill(candidates.slow(), { fallbackMs: 2 }));
  expect(reason).toMatch(/^(errors|latency): /);
});

test('a candidate that is healthy but wrong for 3 % of the rows', async () => {
  const { reason } = await rolledBack(await drill(candidates.flipped(), { gates: [errors, agreement] }));
  expect(reason).toMatch(/^agreement: .*rows agree/);
});

test('in the shadow, a wrong candidate is found out without anybody exposed', async () => {
  const steps = [{ percent: 0, shadowPercent: 100, holdMs: 600_000 }];
  const { reason, exposed } = await rolledBack(
    await drill(candidates.flipped(), { steps, gates: [errors, agreement] }),
  );
  expect(reason).toMatch(/^agreement: /);
  expect(exposed).toBe(0);
});

withPrometheus('a candidate that harms what only Prometheus knows', async () => {
  const prometheus = await PrometheusProcess.reserve();
  try {
    const query = 'sum(increase(inferstack_rollout_fallbacks_total{model="echo"}[30s]))';
    const gate = { ...figure, url: prometheus.url, query, max: 0 };
    const row = (i: number) => (i % 40 === 0 ? ([0.5, -1] as const) : even(i));
    const running = await drill(candidates.notFinite(), { gates: [gate] }, row);
    await prometheus.watch(running.management);
    const { reason } = await rolledBack(running);
    expect(reason).toMatch(/^orders: the figure is [\d.]+; allowed: at most 0$/);
  } finally {
    await prometheus.stop();
  }
});
