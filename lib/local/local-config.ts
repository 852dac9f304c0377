import type { FeatureLookup, RuntimeConfig } from '@inferstack/runtime/contract';
import { secretVariable } from '../core';
import type { AppEndpoint } from './app-endpoint';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

/**
 * The very configuration that would be deployed, with its addresses replaced and nothing else: listeners on free
 * ports of this machine, the models from their directories, keys of feature stores in environment variables. Limits,
 * drain times, threads and log level stay.
 */
export function localRuntimeConfig({ runtimeConfig, modelDirectories }: AppEndpoint): RuntimeConfig {
  const { features } = runtimeConfig;
  return {
    ...runtimeConfig,
    ...(features !== undefined && { features: features.map(withLocalCredentials) }),
    models: runtimeConfig.models.map((model, i) => ({ ...model, uri: modelDirectories[i]! })),
    listeners: mapValues(runtimeConfig.listeners, (listener) => (listener === null ? null : ANY_PORT)),
  };
}

function withLocalCredentials(lookup: FeatureLookup): FeatureLookup {
  return { ...lookup, credentials: lookup.credentials && { env: secretVariable(lookup.name) } };
}

function mapValues<T extends object>(value: T, map: (entry: T[keyof T]) => unknown): T {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry)])) as T;
}
