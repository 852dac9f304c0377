import { type GoldenSample, isFloat, type OutputSpec, type Problem, show, type Tensor } from '../contract';
import type { ModelPackage } from './model-package';
import { nestedToTensor } from './nested-tensor';
import { SAMPLES_FILE } from './read-samples';
import { SampleInputs } from './sample-inputs';
import { showShape } from './signature';
import { ELEMENTS, type Scalar } from './tensor-elements';

/** Runs the model on tensors given in the order of the signature. */
export type RunModel = (inputs: Tensor[]) => Promise<readonly Tensor[]>;

/** Reads outputs as predictions, one a row, as `predict` answers them. */
export type ReadPredictions = (outputs: readonly Tensor[], rows: number) => readonly object[];

export interface GoldenReport {
  /** Samples that were run. */
  readonly total: number;
  /** Samples with at least one failure. */
  readonly failed: number;
  /** One problem for each output that differs, SAMPLE_FAILED. */
  readonly failures: readonly Problem[];
}

/**
 * Runs every golden sample, one after the other, and compares the outputs: floats pass when
 * |got - want| <= absolute + relative * |want|, everything else must be equal. NaN never passes.
 *
 * @param predict needed for samples that expect predictions.
 *
 * Never throws for what the model does: a run that fails is a failure of its sample.
 */
export async function runGoldenSamples(
  pkg: Pick<ModelPackage, 'manifest' | 'samples'>,
  run: RunModel,
  predict?: ReadPredictions,
): Promise<GoldenReport> {
  const { outputs } = pkg.manifest.signature;
  const inputs = new SampleInputs(pkg.manifest);
  const failures: Problem[] = [];
  let failed = 0;
  for (const sample of pkg.samples) {
    const found = await replay(sample, await inputs.read(sample), outputs, run, predict);
    failures.push(...found);
    failed += found.length > 0 ? 1 : 0;
  }
  return { total: pkg.samples.length, failed, failures };
}

async function replay(
  sample: GoldenSample,
  inputs: Tensor[],
  outputs: readonly OutputSpec[],
  run: RunModel,
  predict: ReadPredictions | undefined,
): Promise<Problem[]> {
  try {
    const got = await run(inputs);
    const differing = compareOutputs(sample, outputs, got);
    if (sample.predictions === undefined) return differing;
    if (predict === undefined) throw new Error('nobody reads its outputs as predictions');
    const rows = inputs[0]?.shape[0] ?? 1;
    return [...differing, ...comparePredictions(sample, predict(got, rows))];
  } catch (error) {
    return [failure(sample.id, 'the model could not be run', { got: (error as Error).message })];
  }
}

function compareOutputs(
  sample: GoldenSample,
  specs: readonly OutputSpec[],
  got: readonly Tensor[],
): Problem[] {
  return Object.entries(sample.outputs).flatMap(([name, nested]) => {
    const { dtype } = specs.find((spec) => spec.name === name)!;
    const actual = got.find((tensor) => tensor.name === name);
    const problem = compareTensor(sample, nestedToTensor(name, dtype, nested), actual);
    return problem === undefined ? [] : [problem];
  });
}

function compareTensor(sample: GoldenSample, want: Tensor, got: Tensor | undefined): Problem | undefined {
  const where = `${sample.id} ${want.name}`;
  if (got === undefined) return failure(where, 'the model did not give this output', {});
  if (got.dtype !== want.dtype) {
    return failure(where, 'the output has another dtype', { got: got.dtype, allowed: want.dtype });
  }
  if (showShape(got.shape) !== showShape(want.shape)) {
    return failure(where, 'the output has another shape', {
      got: showShape(got.shape),
      allowed: showShape(want.shape),
    });
  }
  return compareElements(sample, where, want, got);
}

/** Numbers within the tolerance, labels and decisions as they are. */
function comparePredictions(sample: GoldenSample, got: readonly object[]): Problem[] {
  const wanted = sample.predictions!;
  if (got.length !== wanted.length) {
    const values = { got: String(got.length), allowed: String(wanted.length) };
    return [failure(`${sample.id} predictions`, 'the number of predictions differs', values)];
  }
  const close = within(sample.tolerance);
  return wanted.flatMap((prediction, row) =>
    Object.entries(prediction).flatMap(([key, want]) => {
      const actual: unknown = (got[row] as Record<string, unknown>)[key];
      const numbers = typeof want === 'number' && typeof actual === 'number';
      if (numbers ? close(actual, want) : actual === want) return [];
      const values = { got: show(actual), allowed: show(want) };
      return [failure(`${sample.id} predictions[${row}].${key}`, 'the prediction differs', values)];
    }),
  );
}

function compareElements(
  sample: GoldenSample,
  where: string,
  want: Tensor,
  got: Tensor,
): Problem | undefined {
  const { read } = ELEMENTS[want.dtype];
  const matches = isFloat(want.dtype) ? within(sample.tolerance) : (a: Scalar, b: Scalar) => a === b;
  const wrong: number[] = [];
  for (let i = 0; i < want.data.length; i++) {
    if (!matches(read(got.data, i), read(want.data, i))) wrong.push(i);
  }
  const first = wrong[0];
  if (first === undefined) return undefined;
  const { absolute, relative } = sample.tolerance;
  const tolerance = isFloat(want.dtype) ? ` within ${absolute} + ${relative} * |want|` : '';
  return failure(`${where}${indexOf(first, want.shape)}`, differs(wrong.length, want.data.length), {
    got: show(read(got.data, first)),
    allowed: `${show(read(want.data, first))}${tolerance}`,
  });
}

/** Written so that NaN on either side fails. */
const within =
  ({ absolute, relative }: GoldenSample['tolerance']) =>
  (got: Scalar, want: Scalar): boolean =>
    Math.abs(Number(got) - Number(want)) <= absolute + relative * Math.abs(Number(want));

const differs = (wrong: number, total: number): string =>
  total === 1 ? 'the output differs' : `${wrong} of ${total} elements of the output differ, this one first`;

/** `[0][1]` of a row-major position. */
function indexOf(position: number, shape: readonly number[]): string {
  let rest = position;
  const index = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = Math.floor(rest / size);
    return `[${at}]`;
  });
  return index.toReversed().join('');
}

function failure(where: string, what: string, values: { got?: string; allowed?: string }): Problem {
  return {
    code: 'SAMPLE_FAILED',
    at: `${SAMPLES_FILE} ${where}`,
    what,
    ...values,
    remedy: 'Check that graph and samples come from the same training run, preprocessing included.',
  };
}
