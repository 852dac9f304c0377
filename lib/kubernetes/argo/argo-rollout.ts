import type { Construct } from 'constructs';
import type { EndpointContext } from '../context';
import { REVISIONS } from '../deployment';
import type { Backend } from '../exposure';
import type { BoundEngine } from '../rollout-engine';
import { candidateService } from '../services';
import { Analyses, type AnalysisSource } from './analyses';
import { argoStrategy, CANARY_SUFFIX, candidateSuffix, isCanary } from './argo-strategy';
import { ArgoRollout } from './custom-resources';

/**
 * Lets Argo Rollouts run the pods that the Deployment describes. The number of replicas is left out, as in the
 * Deployment: it belongs to the autoscaler.
 */
export function argoRollout(scope: Construct, context: EndpointContext, source: AnalysisSource): BoundEngine {
  const { rollout } = context.plan;
  const analyses = new Analyses(scope, context, source);
  const strategy = argoStrategy(context, analyses);
  const suffix = candidateSuffix(rollout.strategy);
  return {
    backends: backends(context),
    analysisTemplates: analyses.templates,
    candidateService: suffix === undefined ? undefined : candidateService(scope, context, suffix),
    argoRollout: new ArgoRollout(scope, 'Rollout', {
      metadata: context.metadata('', 'model-endpoint'),
      spec: {
        // The Deployment keeps its pods until those of Argo serve.
        workloadRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: context.name,
          scaleDown: 'onsuccess',
        },
        // Where requests are moved, the new version is watched as a whole instead.
        ...(suffix === undefined ? { minReadySeconds: rollout.bakeSeconds } : {}),
        progressDeadlineSeconds: rollout.timeoutSeconds,
        progressDeadlineAbort: true,
        revisionHistoryLimit: REVISIONS,
        strategy,
      },
    }),
  };
}

/**
 * The shares of rest, in full: the Gateway plugin writes them into the routes, and what is applied again says the same as
 * long as no rollout is under way.
 */
function backends({ name, plan }: EndpointContext): Backend[] {
  if (!isCanary(plan.rollout.strategy)) return [{ name }];
  return [
    { name, weight: 100 },
    { name: `${name}${CANARY_SUFFIX}`, weight: 0 },
  ];
}
