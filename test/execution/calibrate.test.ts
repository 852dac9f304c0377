import type { Tensor } from '@inferstack/runtime/contract';
import { nestedToTensor, openModelPackage } from '@inferstack/runtime/model';
import { calibrate, type Run } from '../../runtime/src/inference/execution/calibrate';
import { OnnxSession } from '../../runtime/src/inference/onnx-session';
import { exampleModel } from '../support/endpoint';

const SIZES = [1, 2, 4, 8, 16, 32, 64];
const sample: Tensor[] = [{ name: 'x', dtype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) }];

/** Sums each row; `rows` says how many rows the output claims to have. */
const sums =
  (rows: (n: number) => number): Run =>
  ([input]) => {
    const n = input!.shape[0]!;
    const data = Float32Array.from(
      { length: rows(n) },
      (_, i) => Number(input!.data[2 * i]) + Number(input!.data[2 * i + 1]),
    );
    return [{ name: 'sum', dtype: 'FP32', shape: [rows(n)], data }];
  };

test.each([
  ['breast-cancer', '1'],
  ['breast-cancer', '2'],
  ['digits', '1'],
  ['diabetes', '1'],
])('%s/%s can batch', async (name, version) => {
  const pkg = openModelPackage(exampleModel(name, version));
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  const inputs = pkg.manifest.signature.inputs.map((input) =>
    nestedToTensor(input.name, input.dtype, pkg.samples[0]!.inputs[input.name]!),
  );
  const { batchable, maxBatchRows, runMicros } = calibrate(
    (tensors) => session.runSync(tensors),
    inputs,
    true,
  );
  await session.close();
  expect(batchable).toBe(true);
  expect(SIZES).toContain(maxBatchRows);
  expect(runMicros).toBeGreaterThan(0);
});

test('a model whose output has a row per input row can batch', () => {
  expect(
    calibrate(
      sums((n) => n),
      sample,
      true,
    ).batchable,
  ).toBe(true);
});

test('a model that answers one row whatever it is given cannot', () => {
  expect(
    calibrate(
      sums(() => 1),
      sample,
      true,
    ),
  ).toMatchObject({ batchable: false, maxBatchRows: 1 });
});

test('a model that mixes the rows of a batch cannot', () => {
  const mixing: Run = (inputs) => {
    const [output] = sums((n) => n)(inputs);
    const total = (output!.data as Float32Array).reduce((a, b) => a + b, 0);
    return [{ ...output!, data: (output!.data as Float32Array).map((v) => v / total) }];
  };
  expect(calibrate(mixing, sample, true)).toMatchObject({ batchable: false, maxBatchRows: 1 });
});

test('a signature without a batch dimension is not tried', () => {
  let largest = 0;
  const watched: Run = (inputs) => {
    largest = Math.max(largest, inputs[0]!.shape[0]!);
    return sums((n) => n)(inputs);
  };
  expect(calibrate(watched, sample, false).maxBatchRows).toBe(1);
  expect(largest).toBe(1);
});
