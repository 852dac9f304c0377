/**
 * What a rollout adds to the time to answer: the same runtime without one, with one of which the candidate gets nothing,
 * half of the requests, and all of them in the shadow. Open loop at a moderate rate, in turns.
 *
 *     npx tsx test/bench/rollouts.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import type { RolloutConfig } from '../../runtime/src/contract/rollouts';
import type { Answer } from '../../runtime/src/rollout/agreement';
import { ModelTraffic } from '../../runtime/src/rollout/model-traffic';
import { RolloutController } from '../../runtime/src/rollout/rollout-controller';
import { rollout } from '../rollout/support/gates';
import { sampleRow, testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';

const RATE = 200;
const ROUND_SECONDS = 4;
const ROUNDS = 5;
const BODY = JSON.stringify({ rows: [sampleRow('breast-cancer/1')] });

const step = (percent: number, shadowPercent: number): RolloutConfig['steps'] => [
  { percent, shadowPercent, holdMs: 3_600_000 },
];
const CASES: Readonly<Record<string, RolloutConfig['steps'] | undefined>> = {
  'no rollout': undefined,
  'candidate gets nothing': step(0, 0),
  'candidate gets half': step(50, 0),
  'candidate in the shadow of all': step(0, 100),
};

async function start(steps: RolloutConfig['steps'] | undefined): Promise<number> {
  const models = ['breast-cancer/1', ...(steps === undefined ? [] : ['breast-cancer/2'])];
  const gates: RolloutConfig['gates'] = [
    {
      name: 'errors',
      metric: 'errors',
      minSamples: 200,
      windowMs: 60_000,
      failAfter: { failed: 1, of: 1 },
      maxRatio: 1,
    },
  ];
  const trial = steps && rollout({ model: 'breast-cancer', steps, gates });
  const base = testConfig(models, trial && { rollouts: { adminKeys: null, rollouts: [trial] } });
  const runtime = new RuntimeProcess({ ...base, logging: { level: 'info' } });
  const { inference } = await runtime.ready();
  const loaded = () => trial === undefined || runtime.log.some(({ action }) => action === 'start');
  while (!loaded()) await pause(20);
  return inference!;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks at even times, whether or not what was asked before is answered. */
async function round(port: number, agent: Agent): Promise<number[]> {
  const times: number[] = [];
  const begin = performance.now();
  const pending: Promise<void>[] = [];
  for (let i = 0; i < RATE * ROUND_SECONDS; i++) {
    await pause(Math.max(0, begin + (i * 1000) / RATE - performance.now()));
    const sent = performance.now();
    pending.push(ask(port, agent).then(() => void times.push(performance.now() - sent)));
  }
  await Promise.all(pending);
  return times;
}

/** Microseconds that choosing a version adds to a request, without listener, model and network. */
async function routerMicros(percent: number): Promise<number> {
  const trial = rollout({ steps: step(percent, 0) });
  const controller = new RolloutController(trial, { now: () => 0, onEvent: () => undefined });
  controller.start();
  const series = { request: () => undefined, fallback: () => undefined, shadowDropped: () => undefined };
  const answer = { instance: {}, predictions: [] } as unknown as Answer;
  const work = async () => answer;
  const use = <T>(_: string, run: (instance: never) => Promise<T>) => run(undefined as never);
  const traffic = new ModelTraffic(controller, use, series);
  const direct = () => use('1', work);
  const times = { direct: [] as number[], routed: [] as number[] };
  for (let i = 0; i < 10; i++) {
    times.direct.push(await micros(direct));
    times.routed.push(await micros(() => traffic.serve(undefined, work)));
  }
  return median(times.routed) - median(times.direct);
}

async function micros(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < 20_000; i++) await call();
  return ((performance.now() - begin) * 1000) / 20_000;
}

function ask(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) };
    const options = {
      host: '127.0.0.1',
      port,
      agent,
      method: 'POST',
      path: '/v2/models/breast-cancer/predict',
      headers,
    };
    const sent = request(options, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error('not answered'))));
    });
    sent.on('error', reject);
    sent.end(BODY);
  });
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
const median = (values: readonly number[]) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

async function main(): Promise<void> {
  const [none, half] = [await routerMicros(0), await routerMicros(50)];
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-bench-'));
  process.env['INFERSTACK_CACHE'] = directory;
  const seen = new Map<string, { p50: number[]; p99: number[] }>();
  const running: [string, number, Agent][] = [];
  for (const [name, steps] of Object.entries(CASES)) {
    running.push([name, await start(steps), new Agent({ keepAlive: true, maxSockets: 16 })]);
    seen.set(name, { p50: [], p99: [] });
  }
  for (const [, port, agent] of running) await round(port, agent);
  for (let i = 0; i < ROUNDS; i++) {
    // Each goes first as often as the others.
    const order = running.map((_, k) => running[(k + i) % running.length]!);
    for (const [name, port, agent] of order) {
      const times = (await round(port, agent)).sort((a, b) => a - b);
      seen.get(name)!.p50.push(quantile(times, 0.5));
      seen.get(name)!.p99.push(quantile(times, 0.99));
    }
  }
  for (const [, , agent] of running) agent.destroy();
  await endProcesses();
  rmSync(directory, { recursive: true, force: true });
  const rows = [...seen].map(([name, { p50, p99 }]) => ({ name, p50Ms: median(p50), p99Ms: median(p99) }));
  const machine = `${cpus().length} x ${cpus()[0]!.model}, Node.js ${process.version}`;
  process.stdout.write(
    `${machine}, ${RATE} requests/s, median of ${ROUNDS} rounds of ${ROUND_SECONDS} s\n\n`,
  );
  process.stdout.write(
    '| Rollout | p50 ms | p99 ms | added p50 | added p99 |\n| --- | --- | --- | --- | --- |\n',
  );
  const [base] = rows;
  for (const { name, p50Ms, p99Ms } of rows) {
    const cells = [p50Ms, p99Ms, p50Ms - base!.p50Ms, p99Ms - base!.p99Ms].map((value) => value.toFixed(3));
    process.stdout.write(`| ${[name, ...cells].join(' | ')} |\n`);
  }
  process.stdout.write(`\nThe router alone: ${none.toFixed(2)} us at 0 %, ${half.toFixed(2)} us at 50 %\n`);
}

main().then(
  () => undefined,
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
