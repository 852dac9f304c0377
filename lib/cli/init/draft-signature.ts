import type { Dimension, Dtype } from '@inferstack/runtime/contract';
import type { OnnxGraph, OnnxValue } from '@inferstack/runtime/model';

export interface DraftTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dimension[];
  /** Names along the last dimension. @default - none are known */
  readonly columns?: readonly string[];
}

export interface DraftSignature {
  readonly inputs: readonly DraftTensor[];
  readonly outputs: readonly DraftTensor[];
}

/** The signature as the graph declares it. Sizes left open get the graph's names, or names of their own. */
export function draftSignature({ inputs, outputs }: OnnxGraph): DraftSignature {
  return { inputs: inputs.map(draftTensor), outputs: outputs.map(draftTensor) };
}

function draftTensor({ name, dtype, shape = [null] }: OnnxValue): DraftTensor {
  const dimensions = shape.map((dimension, i) => {
    if (typeof dimension === 'number') return dimension;
    // One batch runs through all tensors, whatever the exporter called it in each.
    return i === 0 ? 'batch' : (dimension ?? `${name}_${i}`);
  });
  return { name, dtype: dtype!, shape: dimensions };
}
