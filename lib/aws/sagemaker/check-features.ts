import type { Problem } from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../../core';
import type { SageMakerNetworkOptions } from './sagemaker-endpoint-options';

/** Refuses stores that isolated containers cannot reach, and credentials that nothing could bring to them. */
export function checkFeatures(
  { path, runtime }: EndpointPlan,
  { isolation = true }: SageMakerNetworkOptions = {},
): Problem[] {
  return runtime.features.flatMap(({ lookup, secret }) => {
    const common = { code: 'TARGET_UNSUPPORTED', at: `${path}: runtime.features.${lookup.name}` };
    if (secret !== null) {
      return [
        {
          ...common,
          at: `${common.at}.credentials`,
          what: 'SageMaker brings no secrets to containers',
          got: Object.keys(secret).join(', '),
          allowed: 'a store that demands none',
          remedy: 'Use FargateEndpoint, or a store that the network alone protects.',
        },
      ];
    }
    if (!isolation) return [];
    return [
      {
        ...common,
        what: 'the containers have no network, so they cannot reach a feature store',
        got: 'network.isolation: true',
        allowed: 'features with network.isolation: false',
        remedy: 'Give the target network: { isolation: false }, or use FargateEndpoint.',
      },
    ];
  });
}
