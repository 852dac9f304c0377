import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, refusedSecrets } from '../../core';
import type { SageMakerNetworkOptions } from './sagemaker-endpoint-options';

const NO_SECRETS = 'SageMaker brings no secrets to containers';

/** Refuses secrets, which nothing could bring to the containers, and stores that isolated ones cannot reach. */
export function checkFeatures(
  plan: EndpointPlan,
  { isolation = true }: SageMakerNetworkOptions = {},
): Problem[] {
  const problem = { code: 'TARGET_UNSUPPORTED' };
  const secrets = refusedSecrets(plan, NO_SECRETS, 'FargateEndpoint').map(({ prop, finding }) => ({
    ...{ ...problem, at: `${plan.path}: ${prop}` },
    ...{ ...finding, got: show(finding.got) },
  }));
  if (!isolation) return secrets;
  const stores = plan.runtime.features.filter(({ secret }) => secret === null);
  const unreachable = stores.map(({ lookup }) => ({
    ...{ ...problem, at: `${plan.path}: runtime.features.${lookup.name}` },
    what: 'the containers have no network, so they cannot reach a feature store',
    got: 'network.isolation: true',
    allowed: 'features with network.isolation: false',
    remedy: 'Give the target network: { isolation: false }, or use FargateEndpoint.',
  }));
  return [...secrets, ...unreachable];
}
