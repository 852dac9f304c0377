import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { LaneLostError } from '../../runtime/src/inference/execution/lane';
import type { ToWorker } from '../../runtime/src/inference/execution/lane-messages';
import { startThread } from '../../runtime/src/inference/execution/start-worker';
import { warmUp } from '../../runtime/src/inference/execution/warm-up';
import { type StartWorker, WorkerLane } from '../../runtime/src/inference/execution/worker-lane';
import { loadModel } from '../../runtime/src/inference/model-loader';
import { MODELS, modelEntry, testConfig } from '../runtime/support/packages';

const pkg = openModelPackage(path.join(MODELS, 'breast-cancer/1'));
const columns = pkg.manifest.signature.inputs[0]!.columns!.length;
const request = (value: number) => [
  {
    name: 'features',
    dtype: 'FP32' as const,
    shape: [1, columns],
    data: new Float32Array(columns).fill(value),
  },
];

/** Real worker threads; `sent` has what each was asked. */
async function openLanes(count: number) {
  const sent: ToWorker[][] = [];
  const lanes = Array.from({ length: count }, (_, i) => {
    sent[i] = [];
    const start: StartWorker = (spec, onMessage, onExit) => {
      const worker = startThread(spec, onMessage, onExit);
      return {
        ...worker,
        send: (message) => {
          sent[i]!.push(message);
          worker.send(message);
        },
      };
    };
    const spec = { directory: pkg.directory, manifest: pkg.manifest, session: { intraOpThreads: 1 } };
    const nothing = () => {};
    return new WorkerLane(start, spec, {
      hangMs: 60_000,
      onIdle: nothing,
      onLost: nothing,
      onGivenUp: nothing,
    });
  });
  await Promise.all(lanes.map((lane) => lane.open()));
  return { lanes, sent };
}

test('every worker has run every request once, and is idle again', async () => {
  const { lanes, sent } = await openLanes(2);
  await warmUp(lanes, [request(1), request(2)]);
  expect(lanes.map((lane) => lane.idle)).toEqual([true, true]);
  const values = sent.map((messages) =>
    messages.map((message) => (message.type === 'run' ? message.inputs[0]!.data[0] : message.type)),
  );
  expect(values).toEqual([
    [1, 2],
    [1, 2],
  ]);
  await Promise.all(lanes.map((lane) => lane.close()));
});

test('what a run ends in ends the warm-up', async () => {
  const lane = {
    idle: true,
    run: (_: unknown, done: (error: unknown, outputs: undefined) => void) =>
      done(new LaneLostError('gone'), undefined),
    close: async () => {},
  };
  await expect(warmUp([lane], [request(1)])).rejects.toThrow('gone');
});

test('a model with workers is loaded warm, and metrics see the golden samples once', async () => {
  const rows: number[] = [];
  const { execution } = testConfig([]);
  const instance = await loadModel(modelEntry('breast-cancer/1'), {
    cacheDirectory: path.join(MODELS, 'never-written'),
    execution: { ...execution, placement: 'threads', workers: 2, shareWeights: false },
    listener: { onRun: (n) => rows.push(n), onWorkerLost: fail, onWorkerGivenUp: fail },
    signal: new AbortController().signal,
  });
  expect(rows).toHaveLength(pkg.samples.length);
  expect(instance.facts.goldenSamples).toBe(pkg.samples.length);
  await instance.executor.close();
});

function fail(reason: string): never {
  throw new Error(reason);
}
