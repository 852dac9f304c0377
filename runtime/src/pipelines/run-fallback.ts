import type { FallbackStep, PipelineStep } from '../contract';
import type { StepCause } from '../inference/degradation';
import type { RunBelow } from './run-step';
import type { Scope } from './scope';
import { causeOf, InputMissingError } from './step-error';

/** Tries one step after the other until one gives an answer. */
export const runFallback =
  (onReplaced: (step: PipelineStep, scope: Scope, cause: StepCause) => void): RunBelow<FallbackStep> =>
  async (step, scope, caller, run) => {
    const failed: { readonly child: PipelineStep; readonly cause: StepCause }[] = [];
    let last: unknown;
    for (const child of step.steps) {
      try {
        const outputs = await run(child, scope, caller);
        if (outputs === undefined) {
          last = new InputMissingError(`${child.name} was skipped`);
          continue;
        }
        for (const { child: before, cause } of failed) onReplaced(before, scope, cause);
        return new Map(step.outputs.map((name) => [name, outputs.get(name)!]));
      } catch (error) {
        if (caller.gone) throw error;
        failed.push({ child, cause: causeOf(error) });
        last = error;
      }
    }
    throw last;
  };
