export type { ArgoRolloutsOptions } from './argo-rollouts-options';
export {
  type AnalysisMetric,
  AnalysisTemplate,
  type AnalysisTemplateSpec,
  type ArgoAnalysis,
  type ArgoArgument,
  type ArgoBlueGreen,
  type ArgoCanary,
  ArgoRollout,
  type ArgoRolloutSpec,
  type ArgoStep,
  type ArgoStrategy,
  type GatewayApiPlugin,
} from './custom-resources';
