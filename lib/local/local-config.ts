import type { FeatureLookup, RuntimeConfig } from '@inferstack/runtime/contract';
import { inSecretVariable, ROLLOUT_KEYS } from '../core';
import type { AppEndpoint } from './app-endpoint';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

/**
 * The very configuration that would be deployed, with its addresses replaced and nothing else: listeners on free
 * ports of this machine, the models from their directories, keys of feature stores and of who may act on rollouts in
 * environment variables. Limits, drain times, threads and log level stay.
 */
export function localRuntimeConfig({
  runtimeConfig,
  modelDirectories,
}: Pick<AppEndpoint, 'runtimeConfig' | 'modelDirectories'>): RuntimeConfig {
  const { features, rollouts } = runtimeConfig;
  return {
    ...runtimeConfig,
    ...(features !== undefined && { features: features.map(withLocalCredentials) }),
    ...(rollouts !== undefined && { rollouts: { ...rollouts, adminKeys: inSecretVariable(ROLLOUT_KEYS) } }),
    models: runtimeConfig.models.map((model, i) => ({ ...model, uri: modelDirectories[i]! })),
    listeners: mapValues(runtimeConfig.listeners, (listener) => (listener === null ? null : ANY_PORT)),
  };
}

function withLocalCredentials(lookup: FeatureLookup): FeatureLookup {
  return { ...lookup, credentials: lookup.credentials && inSecretVariable(lookup.name) };
}

function mapValues<T extends object>(value: T, map: (entry: T[keyof T]) => unknown): T {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry)])) as T;
}
