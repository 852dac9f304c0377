import type { FeatureLookup, Problem } from '@inferstack/runtime/contract';
import { Duration } from './duration';
import type { FeatureCacheProps, FeatureSource } from './feature-source';
import type { FeaturePlan } from './plan';
import { type Served, servedNames, unnamedModels } from './served-names';

const MIB = 1024 * 1024;

/** Resolves every default of the lookups of an endpoint. */
export function resolveFeatures(
  sources: readonly FeatureSource[],
  served: Served & { readonly path: string },
  problems: Problem[],
): FeaturePlan[] {
  const { path } = served;
  return sources.map(({ props, source }) => {
    const lookup: FeaturePlan['lookup'] = {
      ...{ name: props.name, model: props.model ?? onlyModel(served, path, props.name, problems), source },
      keys: resolveKeys(props.keys),
      features: resolveJoined(props.features),
      onGiven: props.onGiven ?? 'keep',
      onMissing: props.onMissing ?? 'reject',
      onStale: props.onStale ?? 'reject',
      onError: props.onError ?? 'reject',
      timeoutMs: (props.timeout ?? Duration.millis(250)).toMilliseconds(),
      maxAgeSeconds: props.maxAge === undefined ? null : props.maxAge.toMilliseconds() / 1000,
      cache: props.cache === undefined ? null : resolveCache(props.cache),
    };
    const at = `${path}: runtime.features.${props.name}.credentials`;
    if (props.credentials !== undefined && !(props.plainHttp ?? false))
      refusePlainHttp(props.url, at, problems);
    return { lookup, secret: props.credentials?.bind(at, problems) ?? null };
  });
}

function refusePlainHttp(url: string, at: string, problems: Problem[]): void {
  if (!url.startsWith('http:')) return;
  problems.push({
    code: 'PLAN_FEATURES',
    at,
    what: 'the credentials would be sent without encryption',
    got: 'an http address',
    allowed: 'https, or plainHttp: true',
    remedy: 'Use https; inside a network that you trust, set plainHttp.',
  });
}

function onlyModel(served: Served, path: string, name: string, problems: Problem[]): string {
  const [main, ...others] = unnamedModels(served);
  if (others.length === 0) return main;
  problems.push({
    code: 'PLAN_FEATURES',
    at: `${path}: runtime.features.${name}.model`,
    what: 'the endpoint has several models, and nothing says which one gets the features',
    got: 'nothing',
    allowed: servedNames(served).join(', '),
    remedy: 'Name the model; a store that several of them need is a source for each.',
  });
  return main;
}

function resolveKeys(keys: FeatureSource['props']['keys']): FeatureLookup['keys'] {
  return Object.entries(keys).map(([field, props]) => {
    const { type, key = field } = typeof props === 'string' ? { type: props } : props;
    return { field, key, type };
  });
}

function resolveJoined(features: FeatureSource['props']['features']): FeatureLookup['features'] {
  return Object.entries(features).map(([field, props]) => {
    const { feature, default: fallback = null } = typeof props === 'string' ? { feature: props } : props;
    return { feature, field, default: fallback };
  });
}

function resolveCache({ ttl, maxEntries = 10_000, maxBytes = 32 * MIB }: FeatureCacheProps) {
  return { ttlMs: ttl.toMilliseconds(), maxEntries, maxBytes };
}
