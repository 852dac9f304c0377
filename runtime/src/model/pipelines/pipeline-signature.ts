import type { Dimension, InputSpec, Manifest, OutputSpec } from '../../contract';
import type { PipelineContext } from './context';

/** What a pipeline takes and gives, as a model would say it. */
export interface PipelineSignature {
  readonly inputs: InputSpec[];
  readonly outputs: OutputSpec[];
  readonly preprocessing: Manifest['preprocessing'];
}

export function signatureOf(
  { inputs }: PipelineContext,
  outputs: ReadonlyMap<string, OutputSpec>,
  preprocessing: Manifest['preprocessing'],
): PipelineSignature {
  const rows = batchName([...inputs.values()]);
  const named = <T extends InputSpec | OutputSpec>(spec: T): T => ({
    ...spec,
    shape: spec.shape.map((size, axis) => (axis === 0 && typeof size === 'string' ? rows : size)),
  });
  return {
    inputs: [...inputs.values()].map(named),
    outputs: [...outputs.values()].map(named),
    preprocessing,
  };
}

/** Every model has its own word for the number of rows; they are the same rows. */
function batchName(inputs: readonly InputSpec[]): Dimension {
  return inputs.map(({ shape }) => shape[0]).find((size) => typeof size === 'string') ?? 'batch';
}
