export { Pipeline, type SwitchCase } from './pipeline';
export { resolvePipelines } from './resolve-pipelines';
export type {
  BranchOptions,
  Combine,
  ComparisonProps,
  ConditionProps,
  EnsembleOptions,
  ModelOnError,
  ModelStepOptions,
  OnError,
  PipelineOptions,
  SequenceOptions,
  StepOptions,
} from './step-definition';
