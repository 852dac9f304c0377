import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import type { ModelSource } from '../model-source';
import {
  type BranchOptions,
  type ConditionProps,
  type EnsembleOptions,
  type ModelStepOptions,
  type PipelineOptions,
  type SequenceOptions,
  type StepDefinition,
  sourcesOf,
} from './step-definition';

/** A way of a switch. */
export interface SwitchCase {
  readonly when: ConditionProps;
  readonly step: Pipeline;
}

/**
 * Several models that answer as one, by the name of the outermost step. Steps nest; each is checked at synthesis against
 * the signatures in the model packages: names, dtypes and shapes of every edge.
 *
 * ```ts
 * Pipeline.fallback('risk', [
 *   Pipeline.ensemble('both', [Pipeline.model('linear', first), Pipeline.model('trees', second)]),
 *   Pipeline.model('alone', first),
 * ])
 * ```
 */
export class Pipeline {
  /** Runs a model. @param name by which other steps, metrics and answers know the step */
  static model(name: string, source: ModelSource, options: ModelStepOptions = {}): Pipeline {
    return new Pipeline({ kind: 'model', name, source, options });
  }

  /** Runs each step when those it reads have ended; steps that do not read each other run side by side. */
  static sequence(name: string, steps: readonly Pipeline[], options: SequenceOptions = {}): Pipeline {
    return new Pipeline({ kind: 'sequence', name, steps: definitions(steps), options });
  }

  /** Runs all members on the same rows and makes one answer of theirs. */
  static ensemble(name: string, members: readonly Pipeline[], options: EnsembleOptions = {}): Pipeline {
    return new Pipeline({ kind: 'ensemble', name, steps: definitions(members), options });
  }

  /** Sends every row the way of the first condition that holds for it, all others the way of `otherwise`. */
  static switch(
    name: string,
    cases: readonly SwitchCase[],
    otherwise: Pipeline,
    options: BranchOptions = {},
  ): Pipeline {
    const conditions = cases.map(({ when }) => when);
    const steps = definitions([...cases.map(({ step }) => step), otherwise]);
    return new Pipeline({ kind: 'switch', name, conditions, steps, options });
  }

  /** Gives the answer of the first step that works. */
  static fallback(name: string, steps: readonly Pipeline[], options: BranchOptions = {}): Pipeline {
    return new Pipeline({ kind: 'fallback', name, steps: definitions(steps), options });
  }

  private constructor(
    /** @internal */
    readonly definition: StepDefinition,
    /** @internal */
    readonly options: PipelineOptions = {},
  ) {}

  /** The same with what only the whole has: version, description, how outputs are read. */
  with(options: PipelineOptions): Pipeline {
    return new Pipeline(this.definition, { ...this.options, ...options });
  }

  /** Sources of all its models, each as often as it is used. @internal */
  get sources(): readonly ModelSource[] {
    return sourcesOf(this.definition);
  }
}

/** @throws ProblemError PIPELINE_INVALID: what is said of a whole has no meaning for a part, and is not dropped. */
function definitions(steps: readonly Pipeline[]): StepDefinition[] {
  const problems = steps.flatMap(({ definition: { name }, options }): Problem[] => {
    const said = Object.keys(options);
    if (said.length === 0) return [];
    const what = 'only the outermost step of a pipeline has these';
    const remedy = 'Say them .with the outermost step.';
    return [{ code: 'PIPELINE_INVALID', at: `step ${name}`, what, got: said.join(', '), remedy }];
  });
  throwProblems(problems);
  return steps.map(({ definition }) => definition);
}
