export { EXPOSITION_CONTENT_TYPE, expose } from './exposition';
export { observeModels } from './model-metrics';
export {
  type PipelineCounters,
  PipelineMetrics,
  type StepCounters,
  type StepOutcome,
} from './pipeline-metrics';
export { type MetricsObserver, type ModelLabels, RuntimeMetrics } from './runtime-metrics';
