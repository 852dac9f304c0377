export { type CheckedPipeline, checkPipeline } from './check-pipeline';
export type { FindManifest } from './context';
export { orderSteps } from './order-steps';
export { pipelineManifest } from './pipeline-manifest';
export { pipelineNameProblems } from './pipeline-names';
export type { PipelineSignature } from './pipeline-signature';
export { pipelineProblems } from './problems';
export {
  allSteps,
  childrenOf,
  type ModelReference,
  modelsOf,
  parseReference,
  type Reference,
  siblingsNeeded,
} from './references';
