import type { PipelineStep } from '../contract';
import type { Caller } from '../inference';
import type { Outputs, Scope } from './scope';

/** Runs a step with everything that happens when it fails; undefined when it was skipped. */
export type RunStep = (step: PipelineStep, scope: Scope, caller: Caller) => Promise<Outputs>;

/** Runs steps below another one. */
export type RunBelow<Step extends PipelineStep> = (
  step: Step,
  scope: Scope,
  caller: Caller,
  run: RunStep,
) => Promise<NonNullable<Outputs>>;
