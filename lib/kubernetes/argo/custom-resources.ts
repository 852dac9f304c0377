import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CustomResourceProps } from '../custom-resources';
import type { ScaleTarget } from '../workload';

// The resources of Argo Rollouts this target writes, with the few fields it uses; the strict schema tests hold them
// against Argo's own definitions. https://argo-rollouts.readthedocs.io/en/stable/features/specification/

export interface ArgoRolloutSpec {
  /** Whose pods it takes over. */
  readonly workloadRef: ScaleTarget & { readonly scaleDown: 'onsuccess' };
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds: number;
  readonly progressDeadlineAbort: boolean;
  readonly revisionHistoryLimit: number;
  readonly strategy: ArgoStrategy;
}

export type ArgoStrategy = { readonly canary: ArgoCanary } | { readonly blueGreen: ArgoBlueGreen };

export interface ArgoCanary {
  readonly stableService?: string;
  readonly canaryService?: string;
  readonly trafficRouting?: { readonly plugins: Readonly<Record<string, GatewayApiPlugin>> };
  readonly maxSurge?: string;
  readonly maxUnavailable?: number;
  /** Seconds the pods of a version that failed go on running. */
  readonly abortScaleDownDelaySeconds?: number;
  /** Runs beside the steps. */
  readonly analysis: ArgoAnalysis;
  readonly steps?: readonly ArgoStep[];
}

/** https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io */
export interface GatewayApiPlugin {
  readonly httpRoute: string;
  readonly grpcRoute?: string;
  readonly namespace: string;
}

export type ArgoStep =
  | { readonly setWeight: number }
  | { readonly pause: { readonly duration: string } }
  | { readonly analysis: ArgoAnalysis };

export interface ArgoBlueGreen {
  readonly activeService: string;
  readonly previewService: string;
  readonly autoPromotionEnabled: boolean;
  readonly abortScaleDownDelaySeconds: number;
  readonly prePromotionAnalysis: ArgoAnalysis;
  readonly postPromotionAnalysis: ArgoAnalysis;
}

export interface ArgoAnalysis {
  readonly templates: readonly { readonly templateName: string }[];
  readonly args: readonly ArgoArgument[];
}

/** What a query is told about the rollout that it judges. */
export interface ArgoArgument {
  readonly name: string;
  readonly valueFrom:
    | { readonly podTemplateHashValue: 'Latest' | 'Stable' }
    | { readonly fieldRef: { readonly fieldPath: string } };
}

/** Argo Rollouts' own object beside the Deployment; not the `Rollout` of a plan. */
export class ArgoRollout extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<ArgoRolloutSpec>) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', ...props });
  }
}

export interface AnalysisTemplateSpec {
  readonly args: readonly { readonly name: string }[];
  readonly metrics: readonly AnalysisMetric[];
}

/** https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ */
export interface AnalysisMetric {
  readonly name: string;
  /** Time between two measurements. */
  readonly interval: string;
  /** Time before the first. */
  readonly initialDelay?: string;
  /** Measurements after which the metric has succeeded, or is inconclusive if it needs successes in a row. */
  readonly count: number;
  /** Successes in a row after which the metric has succeeded. */
  readonly consecutiveSuccessLimit?: number;
  /** More failed measurements fail the metric. */
  readonly failureLimit: number;
  /** More measurements that were neither make the metric inconclusive, which pauses the rollout. */
  readonly inconclusiveLimit: number;
  /** More measurements in a row that could not be made fail the metric. */
  readonly consecutiveErrorLimit: number;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: { readonly prometheus: { readonly address: string; readonly query: string } };
}

export class AnalysisTemplate extends ApiObject {
  constructor(scope: Construct, id: string, props: CustomResourceProps<AnalysisTemplateSpec>) {
    super(scope, id, { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', ...props });
  }
}
