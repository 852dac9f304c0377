export { checkLookups, isReference } from './check-lookups';
export { checkServed } from './check-served';
export { costThreshold } from './cost-threshold';
export { extractModelArchive } from './extract-archive';
export { type GoldenReport, runGoldenSamples } from './golden-samples';
export { fromBf16Bits, fromFp16Bits, toBf16Bits, toFp16Bits } from './half-float';
export { hashFile } from './hash-file';
export { writeModelArchive } from './model-archive';
export { type ModelPackage, openModelPackage } from './model-package';
export { nestedToTensor, tensorToNested } from './nested-tensor';
export { inspectOnnx } from './onnx/inspect-onnx';
export type { ExternalData, OnnxDimension, OnnxGraph, OnnxValue } from './onnx/onnx-graph';
export { type PackageDigest, type PackageFile, packageDigest } from './package-digest';
export {
  allSteps,
  type CheckedPipeline,
  checkPipeline,
  type FindManifest,
  modelsOf,
  type PipelineSignature,
  parseReference,
  pipelineManifest,
  pipelineNameProblems,
  pipelineProblems,
} from './pipelines';
export { modelProblems } from './problems';
export { type RepeatedStep, repeatedSteps } from './repeated-steps';
export { hasNamedValues, type RowValue, type RowValueKind, rowValues } from './row-values';
export { arrivalOf, SampleInputs } from './sample-inputs';
export { type Feature, signatureFeatures } from './signature';
