import type { PipelineStep } from '../../contract';
import { closest } from '../closest';
import { ELEMENTS } from '../tensor-elements';
import { type PipelineContext, type StepFacts, showEdge } from './context';

/** Checks that the default of a step fills every output with a value of its dtype. */
export function checkDefault(step: PipelineStep, { outputs }: StepFacts, context: PipelineContext): void {
  const { onError } = step;
  if (onError.kind !== 'default') return;
  const names = [...outputs.keys()];
  for (const name of Object.keys(onError.outputs)) {
    if (outputs.has(name)) continue;
    const what = 'the step has no such output';
    const rest = { allowed: names.join(', '), remedy: closest(name, names) };
    context.add('PIPELINE_DEFAULT', step, `onError.outputs.${name}`, { what, ...rest });
  }
  for (const [name, spec] of outputs) {
    const place = `onError.outputs.${name}`;
    const value = onError.outputs[name];
    if (value === undefined) {
      const what = 'the default leaves an output out';
      context.add('PIPELINE_DEFAULT', step, place, { what, remedy: 'Give a value for each output.' });
      continue;
    }
    const { create, write, allowed } = ELEMENTS[spec.dtype];
    if (!write(create(1), 0, value)) {
      const what = `the default is no ${spec.dtype}`;
      context.add('PIPELINE_DEFAULT', step, place, { what, got: value, allowed, remedy: 'Correct it.' });
    }
    const [rows, ...sizes] = spec.shape;
    if (typeof rows === 'string' && sizes.every((size) => typeof size === 'number')) continue;
    context.add('PIPELINE_DEFAULT', step, place, {
      what: 'how large the default has to be is not known',
      got: showEdge(spec),
      allowed: 'rows of a fixed size',
      remedy: 'Fall back to a model instead.',
    });
  }
}
