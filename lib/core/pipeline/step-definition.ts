import type {
  Combination,
  InputSpec,
  PipelineStep,
  PostprocessingSpec,
  PredictionSpec,
  SwitchComparison,
} from '@inferstack/runtime/contract';
import type { DurationLike } from '../duration';
import type { ModelSource } from '../model-source';

/** What is done when a step fails, takes too long, or its model is away. Never silently: the answer says so. */
export type OnError =
  /** The request fails. */
  | 'fail'
  /** The step is left out; for members of an ensemble and steps that nothing else needs. */
  | 'skip'
  /** Every element of each output gets a value. */
  | { readonly default: Readonly<Record<string, number | string | boolean>> };

/** Besides, another model may take the place of a model: it takes the same inputs and gives the same outputs. */
export type ModelOnError = OnError | { readonly fallback: ModelSource };

export interface StepOptions {
  /** Longest time of the step. @default - that of the request */
  readonly timeout?: DurationLike;
  /** What becomes of the answer when the step does not work. @default 'fail' */
  readonly onError?: OnError;
}

export interface ModelStepOptions extends Omit<StepOptions, 'onError'> {
  /**
   * Input of the model -> `request.<input>` or `<step>.<output>`.
   *
   * @default - the output of that name of the nearest step written before it, else the input of the request of that name
   */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Output of the step -> output of the model. @default - all, by their own names */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What becomes of the answer when the model does not work. @default 'fail' */
  readonly onError?: ModelOnError;
}

export interface SequenceOptions extends StepOptions {
  /** Output -> `<step>.<output>`. @default - all outputs of the last step */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** How the outputs of members become one: a mean with a weight for each member, or one of the methods. */
export type Combine = Combination['method'] | { readonly mean: readonly number[] };

export interface EnsembleOptions extends StepOptions {
  /** Output -> how it is combined. @default - of the outputs all members have: mean of floats, vote of all others */
  readonly combine?: Readonly<Record<string, Combine>>;
  /** Members that must give an answer. @default 1 */
  readonly minMembers?: number;
}

export interface BranchOptions extends StepOptions {
  /** Outputs of the step. @default - those that all branches have */
  readonly outputs?: readonly string[];
}

export interface ComparisonProps {
  /** `request.<input>` or `<step>.<output>`. */
  readonly value: string;
  /** Which value of a row: its position, or the name of a column or class. @default - there is one value a row */
  readonly at?: number | string;
  readonly op: SwitchComparison['op'];
  /** One value; a list for `in`. */
  readonly to: number | string | boolean | readonly (number | string)[];
}

/** What must hold for a row: data, so that it can be checked and shown. */
export type ConditionProps =
  | ComparisonProps
  | { readonly all: readonly ConditionProps[] }
  | { readonly any: readonly ConditionProps[] };

export interface PipelineOptions {
  /** Version in URLs and metrics. @default '1' */
  readonly version?: string;
  /** What the pipeline is for. @default - the models it is made of */
  readonly description?: string;
  /**
   * How the outputs are read as predictions; false: not at all.
   *
   * @default - as the models say whose scores they are made of, if these agree
   */
  readonly prediction?: PredictionSpec | false;
  /** What is done to the scores before. @default - as the models say, together with the prediction */
  readonly postprocessing?: PostprocessingSpec;
  /** Inputs of the request that no model takes, for conditions. @default - none */
  readonly inputs?: readonly InputSpec[];
}

interface Named {
  readonly name: string;
}

/** A step as it was written: models by their sources, defaults still open. */
export type StepDefinition =
  | (Named & { readonly kind: 'model'; readonly source: ModelSource; readonly options: ModelStepOptions })
  | (Named & {
      readonly kind: 'sequence';
      readonly steps: readonly StepDefinition[];
      readonly options: SequenceOptions;
    })
  | (Named & {
      readonly kind: 'ensemble';
      readonly steps: readonly StepDefinition[];
      readonly options: EnsembleOptions;
    })
  | (Named & {
      readonly kind: 'switch';
      readonly conditions: readonly ConditionProps[];
      /** One for each condition, and the other way behind them. */
      readonly steps: readonly StepDefinition[];
      readonly options: BranchOptions;
    })
  | (Named & {
      readonly kind: 'fallback';
      readonly steps: readonly StepDefinition[];
      readonly options: BranchOptions;
    });

export type Definition<Kind extends PipelineStep['kind']> = Extract<StepDefinition, { readonly kind: Kind }>;

/** Sources of all models, in the order in which they are written; fallback models right behind theirs. */
export function sourcesOf(step: StepDefinition): ModelSource[] {
  if (step.kind !== 'model') return step.steps.flatMap(sourcesOf);
  const { onError } = step.options;
  const other = typeof onError === 'object' && 'fallback' in onError ? [onError.fallback] : [];
  return [step.source, ...other];
}
