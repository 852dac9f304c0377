import path from 'node:path';
import type { Tensor } from '../../runtime/src/contract';
import { OnnxSession } from '../../runtime/src/inference';
import {
  type GoldenReport,
  nestedToTensor,
  openModelPackage,
  runGoldenSamples,
} from '../../runtime/src/model';
import { identity, onnx } from '../support/onnx-builder';
import {
  manifestWith,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const EXAMPLES = path.resolve(__dirname, '../../examples/models');

async function replay(directory: string): Promise<GoldenReport> {
  const pkg = openModelPackage(directory);
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  try {
    return await runGoldenSamples(pkg, (inputs) => session.run(inputs));
  } finally {
    await session.close();
  }
}

/** The sound package with one sample, answered by `answer` instead of the engine. */
function answered(sample: object, answer: (inputs: Tensor[]) => Tensor[]): Promise<GoldenReport> {
  const sound = { id: 'a', inputs: { features: [[1, 2]] }, outputs: { scores: [[1, 2]] } };
  const pkg = openModelPackage(writePackage({ 'samples.jsonl': sampleLines([{ ...sound, ...sample }]) }));
  return runGoldenSamples(pkg, async (inputs) => answer(inputs));
}

const scores = (...values: number[]): Tensor => ({
  name: 'scores',
  dtype: 'FP32',
  shape: [1, values.length],
  data: Float32Array.from(values),
});

test.each(['breast-cancer/1', 'breast-cancer/2', 'diabetes/1', 'digits/1'])(
  'the example %s reproduces its samples in the engine',
  async (example) => {
    const report = await replay(path.join(EXAMPLES, example));
    expect(report.failures).toEqual([]);
    expect(report.total).toBeGreaterThan(10);
  },
);

test('a graph with other weights fails every sample', async () => {
  const graph = onnx(identity({ nodes: [{ op: 'Neg', inputs: ['features'], outputs: ['scores'] }] }));
  const report = await replay(writePackage({ 'model.onnx': graph }));
  expect(report).toMatchObject({ total: 2, failed: 2 });
  expect(report.failures[0]).toMatchObject({
    code: 'SAMPLE_FAILED',
    at: 'samples.jsonl one scores[0][0]',
    what: '2 of 2 elements of the output differ, this one first',
    got: '-0.25',
    allowed: '0.25 within 0.00001 + 0.0001 * |want|',
  });
});

test('NaN from the engine fails', async () => {
  const graph = onnx(identity({ nodes: [{ op: 'Sqrt', inputs: ['features'], outputs: ['scores'] }] }));
  const yaml = manifestWith(['range: [0, 10]', 'range: [-10, 10]']);
  const samples = sampleLines([
    { id: 'a', inputs: { features: [[4, -1]] }, outputs: { scores: [[2, 0]] }, tolerance: { absolute: 1e9 } },
  ]);
  const report = await replay(
    writePackage({ 'model.onnx': graph, 'model.yaml': yaml, 'samples.jsonl': samples }),
  );
  expect(report.failures).toMatchObject([{ at: 'samples.jsonl a scores[0][1]', got: 'NaN' }]);
});

test.each<[string, object, number, boolean]>([
  ['the default tolerance', {}, 2.0002, true],
  ['more than the default tolerance', {}, 2.0003, false],
  ['an absolute tolerance', { tolerance: { absolute: 0.5, relative: 0 } }, 2.5, true],
  ['more than the absolute tolerance', { tolerance: { absolute: 0.5, relative: 0 } }, 2.51, false],
  ['a relative tolerance', { tolerance: { absolute: 0, relative: 0.25 } }, 2.5, true],
  ['no tolerance and the same value', { tolerance: { absolute: 0, relative: 0 } }, 2, true],
  ['infinity', { tolerance: { absolute: 1e30 } }, Number.POSITIVE_INFINITY, false],
])('%s', async (_, sample, got, passes) => {
  const report = await answered(sample, () => [scores(1, got)]);
  expect(report.failures.length === 0).toBe(passes);
});

test.each<[string, Tensor[], string]>([
  ['an output is not given', [], 'the model did not give this output'],
  ['another dtype', [{ ...scores(1, 2), dtype: 'FP64' }], 'the output has another dtype'],
  ['another shape', [{ ...scores(1, 2), shape: [2, 1] }], 'the output has another shape'],
])('%s', async (_, outputs, what) => {
  const report = await answered({}, () => outputs);
  expect(report).toMatchObject({ failed: 1, failures: [{ code: 'SAMPLE_FAILED', what }] });
});

test('a run that fails is a failure of its sample', async () => {
  const report = await answered({}, () => {
    throw new Error('out of memory');
  });
  expect(report.failures).toMatchObject([{ at: 'samples.jsonl a', got: 'out of memory' }]);
});

test('integers and texts must be equal, and inputs come in the order of the signature', async () => {
  const manifest = {
    signature: {
      inputs: [
        { name: 'b', dtype: 'INT64' },
        { name: 'a', dtype: 'BYTES' },
      ],
      outputs: [
        { name: 'label', dtype: 'BYTES' },
        { name: 'count', dtype: 'INT64' },
      ],
    },
  };
  const tolerance = { absolute: 100, relative: 100 };
  const sample = {
    id: 's',
    inputs: { a: ['x'], b: [1] },
    outputs: { label: ['yes'], count: ['9007199254740993'] },
    tolerance,
  };
  const pkg = { manifest, samples: [sample] } as unknown as Parameters<typeof runGoldenSamples>[0];
  let order: string[] = [];
  const report = await runGoldenSamples(pkg, async (inputs) => {
    order = inputs.map(({ name }) => name);
    return [nestedToTensor('label', 'BYTES', ['no']), nestedToTensor('count', 'INT64', ['9007199254740992'])];
  });
  expect(order).toEqual(['b', 'a']);
  expect(report.failures).toMatchObject([
    { at: 'samples.jsonl s label[0]', got: '"no"', allowed: '"yes"' },
    { at: 'samples.jsonl s count[0]', got: '"9007199254740992"', allowed: '"9007199254740993"' },
  ]);
});
