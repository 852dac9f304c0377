import type { EndpointPlan, RolloutAbilities } from '../../core';
import type { Checker } from '../checker';
import type { EndpointContext } from '../context';
import type { Exposure } from '../exposure';
import { LARGEST_DURATION_MS } from '../metrics';
import { checkPrometheusUrl } from '../prometheus-url';
import type { WatchedGate } from './analysis-queries';
import type { ArgoRolloutsOptions } from './argo-rollouts-options';
import { isCanary } from './argo-strategy';

/** What Argo Rollouts does by itself, judging by Prometheus. */
export const ARGO_ABILITIES: RolloutAbilities = {
  strategies: ['rolling', 'allAtOnce', 'canary', 'linear', 'blueGreen'],
  gates: ['errors', 'latency'],
};

/** A rate needs two scrapes in its window; four, so that one may be missed. */
const LEAST_WINDOW_MS = 60_000;

export function checkArgo(
  check: Checker,
  context: EndpointContext,
  exposure: Exposure,
  { prometheusUrl }: ArgoRolloutsOptions,
): void {
  const { rollout } = context.plan;
  checkPrometheusUrl(check, 'target.argoRollouts.prometheusUrl', prometheusUrl, 'Argo Rollouts');
  for (const gate of rollout.gates) if ('windowMs' in gate) checkGate(check, gate);
  if (!isCanary(rollout.strategy)) return;
  checkShares(check, context.plan);
  checkRoutes(check, context, exposure);
}

function checkShares(check: Checker, { rollout }: EndpointPlan): void {
  const broken = rollout.steps.filter(({ percent }) => !Number.isInteger(percent));
  if (broken.length === 0) return;
  check.unsupported(rollout.strategy === 'linear' ? 'rollout.step' : 'rollout.percent', {
    what: 'setWeight of Argo Rollouts is a whole number',
    got: broken.map(({ percent }) => percent),
    allowed: 'whole percent',
    remedy: 'Round the share.',
  });
}

function checkRoutes(check: Checker, { namespace }: EndpointContext, exposure: Exposure): void {
  if (!exposure.splitsRequests) {
    check.unsupported('target.exposure', {
      what: 'without a Gateway nothing divides the requests: two replicas could only give a half, not 10 %',
      got: 'an exposure without a Gateway',
      allowed: 'Exposure.gateway({...}) for Rollout.canary() and Rollout.linear()',
      remedy:
        'Expose the endpoint through a Gateway, take Rollout.blueGreen(), or give the new version as `candidate`.',
    });
  }
  if (namespace !== undefined) return;
  check.add('KUBERNETES_NAMESPACE', 'target.namespace', {
    what: 'the Gateway plugin of Argo Rollouts has to be told where the route is',
    got: undefined,
    allowed: 'the namespace the endpoint will run in',
    remedy: 'Set namespace on the target or on the chart.',
  });
}

function checkGate(check: Checker, gate: WatchedGate): void {
  if (gate.windowMs < LEAST_WINDOW_MS) {
    check.add('KUBERNETES_GATE', 'rollout.gates', {
      what: `the window of the gate ${gate.name} is too short: Prometheus looks every 15 s`,
      got: `${gate.windowMs} ms`,
      allowed: `${LEAST_WINDOW_MS} ms or more`,
      remedy: 'Widen the window.',
    });
  }
  if (gate.metric === 'errors' || gate.maxMs === null || gate.maxMs < LARGEST_DURATION_MS) return;
  check.add('KUBERNETES_GATE', 'rollout.gates', {
    what: `the gate ${gate.name} could never fail: the duration histogram tells nothing above its last bucket`,
    got: `${gate.maxMs} ms`,
    allowed: `less than ${LARGEST_DURATION_MS} ms`,
    remedy: 'Lower the limit.',
  });
}
