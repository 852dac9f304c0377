import type { KubeService } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { type EndpointPlan, type Finding, type RolloutStrategy, refusedRollout } from '../core';
import type { AnalysisTemplate, ArgoRollout } from './argo/custom-resources';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import type { Backend, Exposure } from './exposure';
import { ownDeployment, type Workload } from './workload';

/** What replaces the pods of one version by those of the next. */
export interface RolloutEngine {
  workload(name: string, namespace: string | undefined): Workload;
  /** What of a rollout it cannot do. */
  refused(plan: EndpointPlan): readonly Refusal[];
  check(check: Checker, context: EndpointContext, exposure: Exposure): void;
  /** @param matcher PromQL matchers that select the endpoint's series */
  bind(scope: Construct, context: EndpointContext, matcher: string): BoundEngine;
}

export interface Refusal {
  readonly prop: string;
  readonly finding: Finding;
}

export interface BoundEngine {
  /** Services that routes lead to. */
  readonly backends: readonly Backend[];
  readonly argoRollout: ArgoRollout | undefined;
  readonly candidateService: KubeService | undefined;
  readonly analysisTemplates: readonly AnalysisTemplate[];
}

/** What a Deployment does by itself. */
export const DEPLOYMENT_STRATEGIES: readonly RolloutStrategy[] = ['rolling', 'allAtOnce'];

/** The Deployment alone: its pods replace each other, and nothing watches them but their readiness. */
export const deploymentEngine: RolloutEngine = {
  workload: ownDeployment,
  refused: (plan) =>
    refusedRollout(plan, { strategies: DEPLOYMENT_STRATEGIES, gates: [] }).map(({ prop, finding }) => ({
      prop,
      finding: {
        ...finding,
        remedy: `${finding.remedy} Or set argoRollouts on the target, where the cluster runs Argo Rollouts.`,
      },
    })),
  check: () => {},
  bind: (_scope, { name }) => ({
    backends: [{ name }],
    argoRollout: undefined,
    candidateService: undefined,
    analysisTemplates: [],
  }),
};
