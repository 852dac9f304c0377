import type { EndpointPlan } from './plan';
import type { Finding } from './problem-collector';
import type { SecretPlaces } from './secret-ref';

/** Name by which targets bring the keys of those who may act on rollouts; no lookup may have it. */
export const ROLLOUT_KEYS = 'rollout-keys';

/** A secret that the runtime needs, with its place on one platform. */
export interface PlacedSecret<Place> {
  /** Of the lookup, or `rollout-keys`. */
  readonly name: string;
  readonly place: Place;
}

/** A finding about a prop, to be told as TARGET_UNSUPPORTED. */
export interface PropFinding {
  readonly prop: string;
  readonly finding: Finding;
}

interface RuntimeSecret {
  readonly name: string;
  readonly prop: string;
  readonly places: SecretPlaces;
  /** What a plan without this secret has instead. */
  readonly without: string;
}

/** The secrets that a platform has to bring to the runtime. */
export function placedSecrets<P extends keyof SecretPlaces>(
  plan: EndpointPlan,
  platform: P,
): PlacedSecret<NonNullable<SecretPlaces[P]>>[] {
  return runtimeSecrets(plan).flatMap(({ name, places }) => {
    const place = places[platform];
    return place === undefined ? [] : [{ name, place: place as NonNullable<SecretPlaces[P]> }];
  });
}

/** Secrets that are said to be on other platforms only. */
export function secretsElsewhere(plan: EndpointPlan, platform: keyof SecretPlaces): PropFinding[] {
  return runtimeSecrets(plan)
    .filter(({ places }) => places[platform] === undefined)
    .map(({ prop, places }) => ({
      prop,
      finding: {
        what: 'nothing says where the secret is on this platform',
        got: Object.keys(places).join(', '),
        allowed: `a place under ${platform}`,
        remedy: `Add it: SecretRef.at({ ${platform}: {...} }).`,
      },
    }));
}

/**
 * Every secret of the plan, for a platform that brings none to the runtime.
 *
 * @param what the platform does not do.
 * @param instead the target that does.
 */
export function refusedSecrets(plan: EndpointPlan, what: string, instead: string): PropFinding[] {
  return runtimeSecrets(plan).map(({ prop, places, without }) => ({
    prop,
    finding: {
      what,
      got: Object.keys(places).join(', '),
      allowed: without,
      remedy: `Use ${instead}, or ${without}.`,
    },
  }));
}

function runtimeSecrets({ runtime }: EndpointPlan): RuntimeSecret[] {
  const { features, rolloutKeys } = runtime;
  const credentials = features.flatMap(({ lookup: { name }, secret }) => {
    if (secret === null) return [];
    const without = 'a store that the network alone protects';
    return [{ name, prop: `runtime.features.${name}.credentials`, places: secret, without }];
  });
  if (rolloutKeys === null) return credentials;
  const without = 'a rollout that nobody acts on by hand';
  const keys = { name: ROLLOUT_KEYS, prop: 'rollout.trial.adminKeys', places: rolloutKeys, without };
  return [...credentials, keys];
}
