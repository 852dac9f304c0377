import type { Tensor } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { BatchScheduler } from '../../runtime/src/inference/execution/batch-scheduler';
import { startProcess, startThread } from '../../runtime/src/inference/execution/start-worker';
import { type StartWorker, WorkerLane } from '../../runtime/src/inference/execution/worker-lane';
import { OnnxSession } from '../../runtime/src/inference/onnx-session';
import { exampleModel } from '../support/endpoint';

const pkg = openModelPackage(exampleModel('breast-cancer', '2'));
const row = (seed: number): Tensor => ({
  name: 'features',
  dtype: 'FP32',
  shape: [1, 30],
  data: Float32Array.from({ length: 30 }, (_, i) => (seed * 31 + i * 7) % 50),
});

interface Engine {
  readonly scheduler: BatchScheduler;
  readonly losses: string[];
}

const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.scheduler.close()));
});

async function open(start: StartWorker, count: number, hangMs = 30_000, ahead = 0): Promise<Engine> {
  const losses: string[] = [];
  const options = {
    hangMs,
    ahead,
    onIdle: () => engine?.scheduler.wake(),
    onLost: (reason: string) => void losses.push(reason),
    onGivenUp: () => undefined,
  };
  const spec = { directory: pkg.directory, manifest: pkg.manifest, session: { intraOpThreads: 1 } };
  const lanes = Array.from({ length: count }, () => new WorkerLane(start, spec, options));
  let engine: Engine | undefined;
  await Promise.all(lanes.map((lane) => lane.open()));
  const rules = { hasBatch: true, hasVariableShape: false, maxBatchRows: 4, maxWaitMs: 0 };
  const scheduler = new BatchScheduler(lanes, rules, { onRun: () => undefined }, () => new Error('lost'));
  engine = { scheduler, losses };
  engines.push(engine);
  return engine;
}

/** A starter whose workers a test can reach. */
function reachable(start: StartWorker): { start: StartWorker; pids: () => number[] } {
  const pids: number[] = [];
  const fork = jest.requireActual<typeof import('node:child_process')>('node:child_process');
  const original = fork.fork;
  return {
    start: (...args) => {
      const spy = jest.spyOn(fork, 'fork').mockImplementation((...forkArgs: Parameters<typeof original>) => {
        const child = original(...forkArgs);
        pids.push(child.pid!);
        return child;
      });
      const handle = start(...args);
      spy.mockRestore();
      return handle;
    },
    pids: () => pids,
  };
}

const values = (outputs: readonly Tensor[]) =>
  outputs.map(({ name, shape, data }) => [name, shape, [...data]]);

describe.each([
  ['threads', startThread],
  ['processes', startProcess],
])('%s', (_, start) => {
  test('give bit for bit what a session on this thread gives', async () => {
    const { scheduler } = await open(start, 2);
    const direct = await OnnxSession.load(pkg, { intraOpThreads: 1 });
    const inputs = Array.from({ length: 40 }, (_, i) => row(i));
    const outputs = await Promise.all(inputs.map((input) => scheduler.run([input])));
    expect(outputs.map(values)).toEqual(inputs.map((input) => values(direct.runSync([input]))));
    await direct.close();
  });

  test('report what the engine says against a request, and go on', async () => {
    const { scheduler, losses } = await open(start, 1);
    const wrong: Tensor = { name: 'features', dtype: 'FP32', shape: [1, 29], data: new Float32Array(29) };
    await expect(scheduler.run([wrong])).rejects.toMatchObject({ code: 'MODEL_RUN_FAILED' });
    await expect(scheduler.run([row(1)])).resolves.toHaveLength(2);
    expect(losses).toEqual([]);
  });
});

test('a killed process is replaced and no request is lost', async () => {
  const { start, pids } = reachable(startProcess);
  const { scheduler, losses } = await open(start, 2);
  const outputs = Array.from({ length: 200 }, (_, i) => scheduler.run([row(i)]));
  process.kill(pids()[0]!, 'SIGKILL');
  expect(await Promise.all(outputs)).toHaveLength(200);
  await expect(scheduler.run([row(7)])).resolves.toHaveLength(2);
  expect(losses).toEqual(['the worker process ended with SIGKILL']);
});

test('workers that are given runs ahead answer in order, and none is lost with one of them', async () => {
  const { start, pids } = reachable(startProcess);
  const { scheduler, losses } = await open(start, 2, 30_000, 1);
  const inputs = Array.from({ length: 200 }, (_, i) => row(i));
  const outputs = inputs.map((input) => scheduler.run([input]));
  process.kill(pids()[0]!, 'SIGKILL');
  const direct = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  const expected = inputs.map((input) => values(direct.runSync([input])));
  expect((await Promise.all(outputs)).map(values)).toEqual(expected);
  expect(losses).toEqual(['the worker process ended with SIGKILL']);
  await direct.close();
});

test('a hung process is killed and replaced, and its request is run elsewhere', async () => {
  const { start, pids } = reachable(startProcess);
  const { scheduler, losses } = await open(start, 1, 300);
  process.kill(pids()[0]!, 'SIGSTOP');
  await expect(scheduler.run([row(1)])).resolves.toHaveLength(2);
  expect(losses).toEqual(['a run took longer than 300 ms']);
  expect(pids()).toHaveLength(2);
  expect(() => process.kill(pids()[0]!, 0)).toThrow('ESRCH');
});

test('a model that cannot be loaded fails the opening with its problem', async () => {
  const spec = { directory: '/nowhere', manifest: pkg.manifest, session: { intraOpThreads: 1 } };
  const lane = new WorkerLane(startThread, spec, {
    hangMs: 1000,
    onIdle: () => undefined,
    onLost: () => undefined,
    onGivenUp: () => undefined,
  });
  await expect(lane.open()).rejects.toMatchObject({ code: 'MODEL_GRAPH_REFUSED' });
});

test.each([
  ['hangs', 100],
  ['crashes', 30_000],
])(
  'a lane whose worker %s while it is closed tells the run, closes, and starts no other',
  async (_, hangMs) => {
    let starts = 0;
    let exit: (reason: string) => void = () => undefined;
    const start: StartWorker = (_spec, onMessage, onExit) => {
      starts++;
      exit = onExit;
      setImmediate(() => onMessage({ type: 'ready' }));
      return { send: () => undefined, kill: () => true };
    };
    const spec = { directory: pkg.directory, manifest: pkg.manifest, session: { intraOpThreads: 1 } };
    const told = { onIdle: () => undefined, onLost: () => undefined, onGivenUp: () => undefined };
    const lane = new WorkerLane(start, spec, { hangMs, ...told });
    await lane.open();
    const run = new Promise<unknown>((resolve) => lane.run([row(1)], resolve));
    const closed = lane.close();
    if (hangMs > 100) exit('gone');
    await closed;
    expect(await run).toMatchObject({ name: 'LaneLostError' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(starts).toBe(1);
  },
);
