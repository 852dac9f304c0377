import type {
  EnsembleStep,
  FallbackStep,
  ModelStep,
  PipelineSpec,
  PipelineStep,
  SequenceStep,
  SwitchCondition,
  SwitchStep,
} from '../../../runtime/src/contract';

/** What steps need to say only when a test is about it. */
const COMMON = { timeoutMs: null, onError: { kind: 'fail' } } as const;

export const FIRST = { model: 'breast-cancer', version: '1' } as const;
export const SECOND = { model: 'breast-cancer', version: '2' } as const;

/** A step that runs a model on `request.features` and gives its probabilities. */
export const model = (name: string, change: Partial<ModelStep> = {}): ModelStep => ({
  kind: 'model',
  name,
  ...COMMON,
  ...FIRST,
  inputs: { features: 'request.features' },
  outputs: { probabilities: 'probabilities' },
  ...change,
});

export const sequence = (
  name: string,
  steps: readonly PipelineStep[],
  outputs: Record<string, string>,
  change: Partial<SequenceStep> = {},
): SequenceStep => ({ kind: 'sequence', name, ...COMMON, steps, outputs, ...change });

export const ensemble = (
  name: string,
  members: readonly PipelineStep[],
  change: Partial<EnsembleStep> = {},
): EnsembleStep => ({
  kind: 'ensemble',
  name,
  ...COMMON,
  members,
  combine: [{ output: 'probabilities', method: 'mean', weights: null }],
  minMembers: 1,
  ...change,
});

export const choose = (
  name: string,
  when: SwitchCondition,
  step: PipelineStep,
  otherwise: PipelineStep,
  change: Partial<SwitchStep> = {},
): SwitchStep => ({
  kind: 'switch',
  name,
  ...COMMON,
  cases: [{ when, step }],
  otherwise,
  outputs: ['probabilities'],
  ...change,
});

export const fallback = (name: string, steps: readonly PipelineStep[]): FallbackStep => ({
  kind: 'fallback',
  name,
  ...COMMON,
  steps,
  outputs: ['probabilities'],
});

/** How the probabilities of the pipelines here are read. */
export const PREDICTION = {
  kind: 'binary',
  output: 'probabilities',
  classes: ['malignant', 'benign'],
  positive: 'malignant',
  threshold: 0.3,
} as const;

export const pipeline = (root: PipelineStep, change: Partial<PipelineSpec> = {}): PipelineSpec => ({
  name: 'risk',
  version: '1',
  description: null,
  inputs: [],
  root,
  prediction: { ...PREDICTION, classes: [...PREDICTION.classes] },
  postprocessing: null,
  ...change,
});

/** Mean radius, the first column, from 15 on. */
export const LARGE: SwitchCondition = { value: 'request.features', element: 0, op: '>=', to: 15 };
