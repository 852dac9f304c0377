import type {
  KubeConfigMap,
  KubeDeployment,
  KubeHorizontalPodAutoscalerV2,
  KubeIngress,
  KubeNamespace,
  KubeNetworkPolicy,
  KubePodDisruptionBudget,
  KubeService,
  KubeServiceAccount,
} from 'cdk8s-plus-32/lib/imports/k8s';
import type { AnalysisTemplate, ArgoRollout } from './argo';
import type { GrpcRoute, HttpRoute, PrometheusRule, ScaledObject, ServiceMonitor } from './custom-resources';

/** The objects of an endpoint on Kubernetes: change them with `addJsonPatch`, or depend on them. */
export interface KubernetesNative {
  /** With `createNamespace`. */
  readonly namespace: KubeNamespace | undefined;
  readonly serviceAccount: KubeServiceAccount;
  /** The runtime's configuration. */
  readonly configMap: KubeConfigMap;
  /** With `ModelDelivery.embedded()`: one for each model, the main one first. */
  readonly modelConfigMaps: readonly KubeConfigMap[];
  /** With `argoRollouts`, what the Rollout takes its pods from. */
  readonly deployment: KubeDeployment;
  /** With `argoRollouts`. */
  readonly argoRollout: ArgoRollout | undefined;
  /** With `argoRollouts`: what judges a new version. */
  readonly analysisTemplates: readonly AnalysisTemplate[];
  /** Predictions. */
  readonly service: KubeService;
  /** With `argoRollouts`, for `Rollout.canary()`, `linear()` and `blueGreen()`: the new version alone. */
  readonly candidateService: KubeService | undefined;
  /** Metrics. */
  readonly managementService: KubeService;
  readonly autoscaler: KubeHorizontalPodAutoscalerV2 | ScaledObject;
  readonly podDisruptionBudget: KubePodDisruptionBudget;
  readonly networkPolicy: KubeNetworkPolicy;
  /** With `ClusterMonitoring.prometheusOperator()`. */
  readonly serviceMonitor: ServiceMonitor | undefined;
  /** A ConfigMap with a rule file under `ClusterMonitoring.plainPrometheus()`. */
  readonly alerts: PrometheusRule | KubeConfigMap;
  /** Unless `monitoring.dashboard` is off. */
  readonly dashboard: KubeConfigMap | undefined;
  /** With `Exposure.gateway()` or `Exposure.ingress()`. */
  readonly route: HttpRoute | KubeIngress | undefined;
  /** With `Exposure.gateway()` and `runtime.grpc`. */
  readonly grpcRoute: GrpcRoute | undefined;
}
