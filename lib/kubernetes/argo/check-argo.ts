import type { EndpointPlan, RolloutAbilities } from '../../core';
import type { Checker } from '../checker';
import type { EndpointContext } from '../context';
import type { Exposure } from '../exposure';
import { LARGEST_DURATION_MS } from '../metrics';
import { checkPrometheusUrl } from '../prometheus-url';
import type { GateOf, WatchedGate } from './analysis-queries';
import type { ArgoRolloutsOptions } from './argo-rollouts-options';
import { isCanary } from './argo-strategy';

/** What Argo Rollouts does by itself, judging by Prometheus. */
export const ARGO_ABILITIES: RolloutAbilities = {
  strategies: ['rolling', 'allAtOnce', 'canary', 'linear', 'blueGreen'],
  gates: ['errors', 'latency', 'prometheus'],
};

/** A rate needs two scrapes in its window; four, so that one may be missed. */
const LEAST_WINDOW_MS = 60_000;
/** Time between two scrapes: asked more often, a figure says the same. */
const LEAST_INTERVAL_MS = 15_000;

export function checkArgo(
  check: Checker,
  context: EndpointContext,
  exposure: Exposure,
  { prometheusUrl }: ArgoRolloutsOptions,
): void {
  const { rollout } = context.plan;
  checkPrometheusUrl(check, 'target.argoRollouts.prometheusUrl', prometheusUrl, 'Argo Rollouts');
  for (const gate of rollout.gates) if ('windowMs' in gate) checkGate(check, gate, prometheusUrl);
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

function checkGate(check: Checker, gate: WatchedGate, prometheusUrl: string): void {
  const least = gate.metric === 'prometheus' ? LEAST_INTERVAL_MS : LEAST_WINDOW_MS;
  if (gate.windowMs < least || gate.windowMs % 1000 !== 0) {
    check.add('KUBERNETES_GATE', 'rollout.gates', {
      what: `the gate ${gate.name} cannot be looked at like that: Prometheus scrapes every 15 s`,
      got: `${gate.windowMs} ms`,
      allowed: `whole seconds, ${least / 1000} or more`,
      remedy: gate.metric === 'prometheus' ? 'Lengthen the interval.' : 'Widen the window.',
    });
  }
  if (gate.metric === 'prometheus') checkUrl(check, gate, prometheusUrl);
  if (gate.metric === 'latency') checkLimit(check, gate);
}

/** The query is put into one that also counts the requests of the new version. */
function checkUrl(check: Checker, { name, url }: GateOf<'prometheus'>, prometheusUrl: string): void {
  if (url === prometheusUrl) return;
  check.unsupported('rollout.gates', {
    what: `the gate ${name} asks another Prometheus, which does not know the requests of this endpoint`,
    got: url,
    allowed: `${prometheusUrl}, as in argoRollouts`,
    remedy: 'Ask the same, or give the new version as `candidate`: then the runtime judges it.',
  });
}

function checkLimit(check: Checker, { name, maxMs }: GateOf<'latency'>): void {
  if (maxMs === null || maxMs < LARGEST_DURATION_MS) return;
  check.add('KUBERNETES_GATE', 'rollout.gates', {
    what: `the gate ${name} could never fail: the duration histogram tells nothing above its last bucket`,
    got: `${maxMs} ms`,
    allowed: `less than ${LARGEST_DURATION_MS} ms`,
    remedy: 'Lower the limit.',
  });
}
