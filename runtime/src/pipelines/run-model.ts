import { type ModelStep, REQUEST, type Tensor } from '../contract';
import type { Caller, ModelInstance, ModelRepository } from '../inference';
import { refuseHopeless } from '../inference/refuse-hopeless';
import { parseReference } from '../model/pipelines';
import type { RuntimeMetrics } from '../monitoring';
import type { Outputs, Scope } from './scope';
import { InputMissingError } from './step-error';

export interface ModelParts {
  readonly repository: Pick<ModelRepository, 'use'>;
  readonly metrics: Pick<RuntimeMetrics, 'countRun'>;
  /** Longest time a step may have to wait for its run, milliseconds. */
  readonly maxWaitMs: number;
}

/**
 * Runs the model of a step, or the one that takes its place: by its own queue and workers, together with requests to
 * the model itself.
 */
export function runModel(
  step: ModelStep,
  { model, version }: { readonly model: string; readonly version: string },
  scope: Scope,
  caller: Caller,
  { repository, metrics, maxWaitMs }: ModelParts,
): Promise<NonNullable<Outputs>> {
  return repository.use(model, version, async (instance) => {
    const inputs = inputsOf(step, instance, scope);
    instance.validator.validate(inputs);
    refuseHopeless(instance, step.timeoutMs ?? maxWaitMs);
    const start = performance.now();
    try {
      return outputsOf(step, await instance.executor.run(inputs, caller));
    } finally {
      metrics.countRun(instance, inputs[0]?.shape[0] ?? 1, (performance.now() - start) / 1000);
    }
  });
}

/** Whether everything that a step reads was sent by the caller. */
export function readsRequestOnly({ inputs }: ModelStep): boolean {
  return Object.values(inputs).every((reference) => parseReference(reference).step === REQUEST);
}

/** In the order of the signature, and by its names; the elements are not copied. */
function inputsOf(step: ModelStep, { manifest }: ModelInstance, scope: Scope): Tensor[] {
  return manifest.signature.inputs.map(({ name }) => {
    const reference = step.inputs[name]!;
    const tensor = scope.get(reference);
    if (tensor === undefined) throw new InputMissingError(`${reference} was skipped`);
    return { ...tensor, name };
  });
}

function outputsOf(step: ModelStep, outputs: readonly Tensor[]): NonNullable<Outputs> {
  return new Map(
    Object.entries(step.outputs).map(([name, from]) => {
      const tensor = outputs.find((output) => output.name === from)!;
      return [name, { ...tensor, name }];
    }),
  );
}
