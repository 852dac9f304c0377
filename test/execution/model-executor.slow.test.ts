import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { type ExecutionOptions, ModelExecutor } from '../../runtime/src/inference/execution/model-executor';
import { shareWeights } from '../../runtime/src/inference/execution/shared-weights';
import { WorkerLane } from '../../runtime/src/inference/execution/worker-lane';
import { OnnxSession } from '../../runtime/src/inference/onnx-session';
import { densePackage } from '../support/dense-model';
import { exampleModel } from '../support/endpoint';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const dense = densePackage();
const point = (x: number, y: number): Tensor[] => [
  { name: 'features', dtype: 'FP32', shape: [1, 2], data: Float32Array.of(x, y) },
];
const listener = { onRun: () => undefined, onWorkerLost: () => undefined, onWorkerGivenUp: () => undefined };
const options = (changes: Partial<ExecutionOptions> = {}): ExecutionOptions => ({
  placement: 'auto',
  workers: 0,
  intraOpThreads: 1,
  maxBatchRows: 0,
  maxWaitMs: 0,
  hangMs: 30_000,
  shareWeights: true,
  cacheDirectory: temporaryDirectory(),
  ...changes,
});
/** Children of this process that run models. */
const workerProcesses = () =>
  execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('worker-main'));
const bits = (tensors: readonly Tensor[]) =>
  tensors.map(({ data }) => Buffer.from((data as Float32Array).slice().buffer).toString('hex'));

describe('sharing weights', () => {
  test('gives bit-identical outputs from a graph that only refers to its weights', async () => {
    const graph = await shareWeights(dense, point(1, 2), temporaryDirectory(), 1);
    const [direct, shared] = await Promise.all([
      OnnxSession.load(dense, { intraOpThreads: 1 }),
      OnnxSession.load(dense, { intraOpThreads: 1, optimizedGraph: graph! }),
    ]);
    for (const inputs of [point(0.1, 0.9), point(-5, 3), point(0, 0)]) {
      expect(bits(shared.runSync(inputs))).toEqual(bits(direct.runSync(inputs)));
    }
    await Promise.all([direct.close(), shared.close()]);
    expect(statSync(graph!).size).toBeLessThan(100_000);
    expect(statSync(path.join(path.dirname(graph!), 'weights.bin')).size).toBeGreaterThan(4_000_000);
  });

  test('is done once, and again when a file on disk is not what was written', async () => {
    const cache = temporaryDirectory();
    const graph = await shareWeights(dense, point(1, 2), cache, 1);
    const weights = path.join(path.dirname(graph!), 'weights.bin');
    const first = statSync(weights).ino;
    expect(await shareWeights(dense, point(1, 2), cache, 1)).toBe(graph);
    expect(statSync(weights).ino).toBe(first);
    const damaged = readFileSync(weights);
    damaged[damaged.length >> 1]! ^= 1;
    writeFileSync(weights, damaged);
    expect(await shareWeights(dense, point(1, 2), cache, 1)).toBe(graph);
    expect(statSync(weights).ino).not.toBe(first);
    expect(readdirSync(path.join(cache, 'weights'))).toHaveLength(1);
  });

  test('a version with the same weights uses the same file', async () => {
    const cache = temporaryDirectory();
    const next = {
      ...dense,
      digest: `sha256:${'2'.repeat(64)}`,
      manifest: { ...dense.manifest, version: '2' },
    };
    const graph = await shareWeights(dense, point(1, 2), cache, 1);
    expect(statSync(graph!).isFile()).toBe(true);
    expect(await shareWeights(next, point(1, 2), cache, 1)).toBe(graph);
    const files = dense.files.map((file) => ({ ...file, sha256: '3'.repeat(64) }));
    expect(await shareWeights({ ...next, files }, point(1, 2), cache, 1)).not.toBe(graph);
  });

  test('a process that cannot export leaves the model unshared and no drafts', async () => {
    const cache = temporaryDirectory();
    const gone = { ...dense, directory: temporaryDirectory() };
    expect(await shareWeights(gone, point(1, 2), cache, 1)).toBeUndefined();
    expect(readdirSync(path.join(cache, 'weights'))).toEqual([]);
  });

  test('several at once leave one copy and no drafts', async () => {
    const cache = temporaryDirectory();
    const graphs = await Promise.all([1, 2, 3].map(() => shareWeights(dense, point(1, 2), cache, 1)));
    expect(new Set(graphs).size).toBe(1);
    expect(readdirSync(path.join(cache, 'weights'))).toHaveLength(1);
  });

  test('small models are not worth a file', async () => {
    const pkg = openModelPackage(exampleModel('breast-cancer', '1'));
    expect(await shareWeights(pkg, [], temporaryDirectory(), 1)).toBeUndefined();
  });
});

describe('a model executor', () => {
  test.each([
    ['inline', 1],
    ['threads', 2],
    ['processes', 2],
  ] as const)('runs %s when told to, with the same answers', async (placement, workers) => {
    const executor = await ModelExecutor.open(
      dense,
      point(1, 2),
      options({ placement, workers: 2, maxBatchRows: 1 }),
      listener,
    );
    const direct = await OnnxSession.load(dense, { intraOpThreads: 1 });
    const inputs = Array.from({ length: 10 }, (_, i) => point(i / 10, 1 - i / 10));
    const outputs = await Promise.all(inputs.map((tensors) => executor.run(tensors)));
    expect(outputs.map(bits)).toEqual(inputs.map((tensors) => bits(direct.runSync(tensors))));
    expect(executor.facts).toMatchObject({ placement, workers, weightsShared: true });
    await Promise.all([executor.close(), direct.close()]);
  });

  test('that cannot be opened as a whole leaves no process', async () => {
    const open = WorkerLane.prototype.open;
    let opened = 0;
    const spy = jest.spyOn(WorkerLane.prototype, 'open').mockImplementation(async function (
      this: WorkerLane,
    ) {
      const measured = await open.call(this);
      if (++opened === 3) throw new Error('lost while it opened');
      return measured;
    });
    const opening = ModelExecutor.open(
      dense,
      point(1, 2),
      options({ placement: 'processes', workers: 3 }),
      listener,
    );
    await expect(opening).rejects.toThrow('lost while it opened');
    spy.mockRestore();
    expect(opened).toBe(3);
    expect(workerProcesses()).toEqual([]);
  });

  test('decides by itself from what it measured', async () => {
    const executor = await ModelExecutor.open(dense, point(1, 2), options(), listener);
    const { placement, calibration } = executor.facts;
    expect(placement).toBe(calibration.runMicros < 75 ? 'inline' : 'threads');
    expect(calibration.batchable).toBe(true);
    await executor.close();
  });

  test('counts what shared a run', async () => {
    const runs: number[][] = [];
    const counting = {
      ...listener,
      onRun: (rows: number, requests: number) => void runs.push([rows, requests]),
    };
    const executor = await ModelExecutor.open(
      dense,
      point(1, 2),
      options({ placement: 'inline', maxBatchRows: 4 }),
      counting,
    );
    await Promise.all(Array.from({ length: 6 }, (_, i) => executor.run(point(i, i))));
    expect(runs).toEqual([
      [4, 4],
      [2, 2],
    ]);
    await executor.close();
  });
});
