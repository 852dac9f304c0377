import type { RolloutPlan, RolloutStep, RolloutStrategy } from '../../core';
import type { EndpointContext } from '../context';
import { maxSurge } from '../deployment';
import { type Analyses, together } from './analyses';
import type { ArgoAnalysis, ArgoBlueGreen, ArgoCanary, ArgoStep, ArgoStrategy } from './custom-resources';

/** Time for gateways and kube-proxies to forget a version before its pods go; Argo's own default. */
const ABORT_SCALE_DOWN_SECONDS = 30;
const GATEWAY_PLUGIN = 'argoproj-labs/gatewayAPI';

export const CANARY_SUFFIX = '-canary';
const PREVIEW_SUFFIX = '-preview';

/** Whether requests are divided between the old and the new version. */
export const isCanary = (strategy: RolloutStrategy): boolean =>
  strategy === 'canary' || strategy === 'linear';

/** Suffix of the Service that leads to the new version alone, where there is one. */
export function candidateSuffix(strategy: RolloutStrategy): string | undefined {
  if (isCanary(strategy)) return CANARY_SUFFIX;
  return strategy === 'blueGreen' ? PREVIEW_SUFFIX : undefined;
}

/** How Argo is to replace the pods. */
export function argoStrategy(context: EndpointContext, analyses: Analyses): ArgoStrategy {
  const { rollout } = context.plan;
  if (rollout.strategy === 'blueGreen') return { blueGreen: blueGreen(context, analyses) };
  return { canary: isCanary(rollout.strategy) ? canary(context, analyses) : rolling(rollout, analyses) };
}

/** Replicas are replaced as a Deployment does it, but what rings brings the old ones back. */
function rolling(rollout: RolloutPlan, analyses: Analyses): ArgoCanary {
  return { maxUnavailable: 0, maxSurge: maxSurge(rollout), analysis: analyses.watch() };
}

function canary({ name, namespace, plan }: EndpointContext, analyses: Analyses): ArgoCanary {
  if (namespace === undefined) throw new Error('a canary without a namespace passed the checks');
  const grpc = plan.runtime.grpc ? { grpcRoute: `${name}-grpc` } : {};
  return {
    stableService: name,
    canaryService: `${name}${CANARY_SUFFIX}`,
    trafficRouting: { plugins: { [GATEWAY_PLUGIN]: { httpRoute: name, ...grpc, namespace } } },
    abortScaleDownDelaySeconds: ABORT_SCALE_DOWN_SECONDS,
    analysis: analyses.watch(),
    steps: steps(plan.rollout, analyses),
  };
}

/**
 * Each share is held, then every gate must have been passed. The last step gives the new version all requests while the
 * old one is still there: after it there is nothing to go back to at once.
 */
function steps({ steps: shares, bakeSeconds }: RolloutPlan, analyses: Analyses): ArgoStep[] {
  const passed = analyses.passed(0);
  const [first, ...others] = [...shares, { percent: 100, holdSeconds: bakeSeconds }].map((share) =>
    step(share, passed),
  );
  const [weight, ...rest] = first!;
  return [weight!, { analysis: analyses.seen() }, ...rest, ...others.flat()];
}

function step({ percent, holdSeconds }: RolloutStep, passed: ArgoAnalysis | undefined): ArgoStep[] {
  return [
    { setWeight: percent },
    ...(holdSeconds === 0 ? [] : [{ pause: { duration: `${holdSeconds}s` } }]),
    ...(passed === undefined ? [] : [{ analysis: passed }]),
  ];
}

/**
 * Before it is promoted a new version has no requests that gates could judge: its golden samples have passed, and it must
 * be seen. Afterwards it is watched, and Argo keeps the old one as long as that takes, since `scaleDownDelaySeconds` is
 * left out.
 */
function blueGreen({ name, plan }: EndpointContext, analyses: Analyses): ArgoBlueGreen {
  const { bakeSeconds } = plan.rollout;
  return {
    activeService: name,
    previewService: `${name}${PREVIEW_SUFFIX}`,
    autoPromotionEnabled: true,
    abortScaleDownDelaySeconds: ABORT_SCALE_DOWN_SECONDS,
    prePromotionAnalysis: analyses.seen(),
    postPromotionAnalysis: together(analyses.watch(bakeSeconds), analyses.passed(bakeSeconds)),
  };
}
