export {
  DEGRADED_HEADER,
  DEGRADED_PARAMETER,
  type Degradation,
  degradationText,
} from './degradation';
export { type ElementCodec, elementAt, elementCodec, REQUEST_DTYPES } from './elements';
export type { Caller, Executor } from './executor';
export { inferenceProblems } from './inference-problems';
export { InferenceService, type InferResult, type PredictResult } from './inference-service';
export { describe, InputProblems, inputProblems, MAX_LISTED_PROBLEMS } from './input-problems';
export { ModelInstance, type PipelineModel } from './model-instance';
export { type ModelIdentity, ModelRepository, type RepositoryOptions } from './model-repository';
export { OnnxSession, type OnnxSessionOptions } from './onnx-session';
export { type Prediction, predictionsOf } from './prediction';
export { type Phase, Readiness } from './readiness';
export { readControlParameters } from './repository/control-parameters';
export type { IndexEntry } from './repository/repository-index';
export { RequestStages, type SharedRun, type Stage, type StepTime } from './request-stages';
export { PartCaller, withinTime } from './within-time';
