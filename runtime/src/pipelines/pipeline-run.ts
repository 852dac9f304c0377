import type { ModelStep, OutputSpec, PipelineStep } from '../contract';
import type { Caller, Degradation } from '../inference';
import type { StepAction, StepCause } from '../inference/degradation';
import { CallerGoneError } from '../inference/executor';
import type { PipelineCounters, StepOutcome } from '../monitoring';
import { withDeadline } from './deadline';
import { defaultOutputs } from './defaults';
import { runEnsemble } from './run-ensemble';
import { runFallback } from './run-fallback';
import { type ModelParts, readsRequestOnly, runModel } from './run-model';
import { runSequence } from './run-sequence';
import type { RunStep } from './run-step';
import { runSwitch } from './run-switch';
import type { Outputs, Scope } from './scope';
import { causeOf, StepError } from './step-error';

export interface PipelineParts extends ModelParts {
  readonly root: PipelineStep;
  readonly counters: PipelineCounters;
  /** Outputs of every step, by its name. */
  readonly outputs: ReadonlyMap<string, ReadonlyMap<string, OutputSpec>>;
}

/** One request on its way through a pipeline. */
export class PipelineRun {
  /** What the answer had to do without, in the order in which that was found. */
  readonly degradations: Degradation[] = [];

  constructor(
    private readonly parts: PipelineParts,
    /** Who waits for the answer. */
    private readonly request: Caller,
  ) {}

  /** @throws StepError, and CallerGoneError when nobody waits any more. */
  readonly run: RunStep = async (step, scope, caller) => {
    const started = performance.now();
    try {
      const outputs = await this.within(step, caller, (waiting) => this.execute(step, scope, waiting));
      this.end(step, started, 'ok');
      return outputs;
    } catch (error) {
      if (caller.gone) throw this.request.gone ? new CallerGoneError('nobody waits any more') : error;
      const cause = causeOf(error);
      this.parts.counters.steps.get(step.name)!.onError(cause);
      return this.recover(step, scope, caller, { error, cause, started });
    }
  };

  private within<T>(
    { timeoutMs }: PipelineStep,
    caller: Caller,
    work: (caller: Caller) => Promise<T>,
  ): Promise<T> {
    return withDeadline(timeoutMs, caller, work);
  }

  private execute(step: PipelineStep, scope: Scope, caller: Caller): Promise<NonNullable<Outputs>> {
    switch (step.kind) {
      case 'model':
        return runModel(step, step, scope, caller, this.parts);
      case 'sequence':
        return runSequence(step, scope, caller, this.run);
      case 'ensemble':
        return runEnsemble(step, scope, caller, this.run);
      case 'switch':
        return runSwitch(step, scope, caller, this.run);
      case 'fallback':
        return this.fallback(step, scope, caller, this.run);
    }
  }

  private readonly fallback = runFallback((step, scope, cause) =>
    this.degrade(step, scope, cause, 'replaced'),
  );

  private async recover(
    step: PipelineStep,
    scope: Scope,
    caller: Caller,
    failure: Failure,
  ): Promise<Outputs> {
    const { cause, started } = failure;
    const { onError } = step;
    switch (onError.kind) {
      case 'fail':
        return this.fail(step, failure);
      case 'skip':
        this.end(step, started, 'skipped', cause);
        this.degrade(step, scope, cause, 'skipped');
        return undefined;
      case 'default': {
        const outputs = defaultOutputs(onError.outputs, this.parts.outputs.get(step.name)!, scope.rowCount);
        this.end(step, started, 'defaulted', cause);
        this.degrade(step, scope, cause, 'defaulted');
        return outputs;
      }
      case 'fallback':
        return this.replace(step as ModelStep, onError, scope, caller, failure);
    }
  }

  private async replace(
    step: ModelStep,
    other: { readonly model: string; readonly version: string },
    scope: Scope,
    caller: Caller,
    failure: Failure,
  ): Promise<Outputs> {
    try {
      const outputs = await this.within(step, caller, (waiting) =>
        runModel(step, other, scope, waiting, this.parts),
      );
      this.end(step, failure.started, 'replaced', failure.cause);
      this.degrade(step, scope, failure.cause, 'replaced');
      return outputs;
    } catch (error) {
      if (caller.gone) throw this.request.gone ? new CallerGoneError('nobody waits any more') : error;
      return this.fail(step, { ...failure, error, cause: causeOf(error) });
    }
  }

  private fail(step: PipelineStep, { error, cause, started }: Failure): never {
    this.end(step, started, 'failed', cause);
    // The innermost step says what happened.
    if (error instanceof StepError) throw error;
    throw new StepError(step.name, cause, step.kind === 'model' && readsRequestOnly(step), error);
  }

  private degrade({ name }: PipelineStep, scope: Scope, cause: StepCause, action: StepAction): void {
    const rows = scope.requestRows;
    this.degradations.push({ step: name, cause, action, ...(rows && { rows }) });
  }

  private end({ name }: PipelineStep, started: number, outcome: StepOutcome, cause?: StepCause): void {
    const ended = performance.now();
    this.parts.counters.steps.get(name)!.onEnd(outcome, ended - started);
    this.request.stages?.steps.push({ step: name, started, ended, outcome: cause ?? outcome });
  }
}

interface Failure {
  readonly error: unknown;
  readonly cause: StepCause;
  /** performance.now() when the step began. */
  readonly started: number;
}
