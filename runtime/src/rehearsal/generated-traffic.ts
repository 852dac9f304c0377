import type { Manifest, Tensor } from '../contract';
import { unstack } from '../inference/execution/stack';
import { type ModelPackage, SampleInputs } from '../model';
import { pick, type Random, seededRandom } from './random';
import type { RehearsedRequest } from './request';

/** Share of the values that are drawn from the whole range of their column, where it has one. */
const WIDE = 0.1;

type Row = Readonly<Record<string, unknown>>;

/**
 * Requests of one row each, the same for the same seed: between two golden samples lies what is likely to be asked, and
 * now and then a value comes from anywhere in its range.
 */
export async function* generatedTraffic(
  { manifest, samples }: Pick<ModelPackage, 'manifest' | 'samples'>,
  count: number,
  seed: number,
): AsyncGenerator<RehearsedRequest> {
  const random = seededRandom(seed);
  const rows = samples.flatMap((sample) => sample.rows ?? []);
  const tensors: Tensor[][] = [];
  const reader = new SampleInputs(manifest);
  if (rows.length === 0)
    for (const sample of samples) tensors.push(...split(await reader.read(sample), manifest));
  for (let i = 0; i < count; i++) {
    if (rows.length > 0) {
      yield {
        question: { kind: 'rows', rows: [rowBetween(pick(rows, random), pick(rows, random), random())] },
      };
    } else {
      const inputs = between(pick(tensors, random), pick(tensors, random), manifest, random);
      yield { question: { kind: 'tensors', inputs } };
    }
  }
}

/** Rows of a sample, each as a request of its own; what has no batch dimension stays whole. */
function split(inputs: Tensor[], { signature }: Manifest): Tensor[][] {
  const stacked = signature.inputs.every(({ shape }) => typeof shape[0] === 'string');
  const rows = stacked ? inputs[0]!.shape[0]! : 1;
  return rows > 1
    ? unstack(
        inputs,
        Array.from({ length: rows }, () => 1),
      )
    : [inputs];
}

function between(a: readonly Tensor[], b: readonly Tensor[], manifest: Manifest, random: Random): Tensor[] {
  const share = random();
  return a.map((tensor, i) => {
    const other = b[i]!;
    const same = tensor.shape.every((size, d) => size === other.shape[d]);
    if (!same || (tensor.dtype !== 'FP32' && tensor.dtype !== 'FP64')) return tensor;
    const data = (tensor.data as Float32Array).slice();
    const { columns } = manifest.signature.inputs[i]!;
    for (let k = 0; k < data.length; k++) {
      data[k]! += share * ((other.data as Float32Array)[k]! - data[k]!);
      const [low = null, high = null] = columns?.[k % columns.length]?.range ?? [];
      if (low !== null && high !== null && random() < WIDE) data[k] = low + random() * (high - low);
    }
    return { ...tensor, data };
  });
}

/** Numbers in between, whole where both are; everything else from the nearer row. */
function rowBetween(a: Row, b: Row, share: number): Row {
  const mixed = Object.entries(a).map(([field, value]) => {
    const other = b[field];
    if (typeof value !== 'number' || typeof other !== 'number')
      return [field, share < 0.5 || other === undefined ? value : other];
    const middle = value + share * (other - value);
    return [field, Number.isInteger(value) && Number.isInteger(other) ? Math.round(middle) : middle];
  });
  return Object.fromEntries(mixed);
}
