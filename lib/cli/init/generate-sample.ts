import {
  type GoldenSample,
  isFloat,
  isInteger,
  type Manifest,
  type NestedArray,
  type Tensor,
} from '@inferstack/runtime/contract';
import { nestedToTensor, tensorToNested } from '@inferstack/runtime/model';
import type { DraftTensor } from './draft-signature';
import type { ManifestDraft } from './manifest-text';

export interface GeneratedSample {
  readonly sample: Pick<GoldenSample, 'id' | 'inputs' | 'outputs'> | undefined;
  /** What was done, or why it could not be. */
  readonly note: string;
}

/** Tensors by name, as nested arrays. */
export type Inputs = Record<string, NestedArray>;

/** Long enough for most convolutions and sequences; the batch is 1. */
const OPEN_SIZE = 32;
const MAX_ELEMENTS = 1_000_000;

const REPLACE = 'replace it by rows of held-out data with the outputs of the training framework.';

/** Runs the model once on made-up inputs: it shows the form of a sample, and proves nothing but that the graph runs. */
export async function generateSample(draft: ManifestDraft & { graph: string }): Promise<GeneratedSample> {
  const { signature } = draft;
  if (signature.inputs.some((input) => sizeOf(input) > MAX_ELEMENTS)) {
    return { sample: undefined, note: 'No sample was generated: the inputs are too large to write as text.' };
  }
  const inputs = Object.fromEntries(signature.inputs.map((input) => [input.name, madeUp(input)]));
  try {
    const [outputs] = await runGraph(draft, [inputs]);
    return {
      sample: { id: 'generated-0', inputs, outputs: outputs! },
      note: `The sample generated-0 has made-up inputs: ${REPLACE}`,
    };
  } catch (error) {
    const reason = (error as Error).message;
    return {
      sample: undefined,
      note: `No sample was generated, since the model refused made-up inputs: ${reason}`,
    };
  }
}

/**
 * The outputs of the graph for each set of inputs, batch dimension included.
 *
 * @throws ProblemError TENSOR_INVALID, MODEL_*: the graph refused inputs, or gave what JSON cannot carry.
 */
export async function runGraph(
  { directory, graph, name, version, signature }: ManifestDraft & { graph: string },
  batches: readonly Inputs[],
): Promise<Inputs[]> {
  const { OnnxSession } = await import('@inferstack/runtime/inference');
  const manifest = { name, version, graph, signature } as unknown as Manifest;
  const session = await OnnxSession.load({ directory, manifest }, { intraOpThreads: 1 });
  try {
    const results: Inputs[] = [];
    for (const inputs of batches) {
      const tensors = signature.inputs.map(({ name, dtype }) => nestedToTensor(name, dtype, inputs[name]!));
      const outputs = await session.run(tensors);
      results.push(Object.fromEntries(outputs.map((output) => [output.name, finite(output)])));
    }
    return results;
  } finally {
    await session.close();
  }
}

/** Nested arrays that JSON can carry. */
function finite(tensor: Tensor): NestedArray {
  const nested = tensorToNested(tensor);
  nestedToTensor(tensor.name, tensor.dtype, nested);
  return nested;
}

const sizes = ({ shape }: DraftTensor): number[] =>
  shape.map((dimension, i) => (typeof dimension === 'number' ? dimension : i === 0 ? 1 : OPEN_SIZE));

const sizeOf = (tensor: DraftTensor): number => sizes(tensor).reduce((product, size) => product * size, 1);

/** The same values every time: floats in [0, 1), small whole numbers, alternating booleans, the text "a". */
function madeUp(tensor: DraftTensor): NestedArray {
  let next = 0;
  const build = ([size, ...rest]: readonly number[]): NestedArray =>
    size === undefined ? element(tensor, next++) : Array.from({ length: size }, () => build(rest));
  return build(sizes(tensor));
}

function element({ dtype }: DraftTensor, index: number): number | string | boolean {
  if (dtype === 'BYTES') return 'a';
  if (dtype === 'BOOL') return index % 2 === 0;
  if (isInteger(dtype)) return index % 2;
  // Steps of the golden ratio spread evenly without a pattern.
  return isFloat(dtype) ? Math.round(((index * 0.618034) % 1) * 1000) / 1000 : 0;
}
