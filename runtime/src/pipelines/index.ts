export { openPipeline } from './open-pipeline';
export { pipelineNameProblems } from './pipeline-names';
