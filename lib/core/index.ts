export { Adapter } from './adapter';
export type * from './adapter-options';
export * from './batch';
export { Duration, type DurationLike } from './duration';
export type * from './endpoint-props';
export * from './feature-source';
export { modelBaseUrlFinding } from './model-base-url';
export { ModelEndpoint } from './model-endpoint';
export { lockProblems } from './model-lock';
export {
  digestHex,
  type ModelPackages,
  modelBytes,
  modelNames,
  packagePath,
  severalPackages,
} from './model-packages';
export {
  type DvcSourceOptions,
  type MlflowSourceOptions,
  ModelSource,
  type WandbSourceOptions,
} from './model-source';
export { type OutboundAddress, outboundAddresses, outboundUrls } from './outbound-addresses';
export {
  type BranchOptions,
  type Combine,
  type ComparisonProps,
  type ConditionProps,
  type EnsembleOptions,
  type ModelOnError,
  type ModelStepOptions,
  type OnError,
  Pipeline,
  type PipelineOptions,
  type SequenceOptions,
  type StepOptions,
  type SwitchCase,
} from './pipeline';
export type * from './plan';
export { withContract } from './platform-contract';
export { type Finding, ProblemCollector } from './problem-collector';
export { planProblems, UnsupportedError } from './problems';
export { DEFAULT_MAX_BODY_BYTES, DEFAULT_SCALING } from './resolve-plan';
export * from './rollout';
export {
  GRPC_PORT,
  INFERENCE_PORT,
  inSecretVariable,
  MANAGEMENT_PORT,
  type RuntimeAddresses,
  runtimeConfig,
} from './runtime-config';
export { type ImagePlan, RuntimeImage } from './runtime-image';
export {
  type PlacedSecret,
  type PropFinding,
  placedSecrets,
  ROLLOUT_KEYS,
  refusedSecrets,
  secretsElsewhere,
} from './runtime-secrets';
export * from './secret-ref';
export { servedNames, unnamedModels } from './served-names';
export type { BoundEndpoint, EndpointTarget, Platform } from './target';
export { isUnresolved } from './unresolved';
