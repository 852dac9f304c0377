import type { EndpointPlan } from './plan';
import type { Finding } from './problem-collector';
import type { SecretPlaces } from './secret-ref';

/** A credential of a lookup, with its place on one platform. */
export interface PlacedSecret<Place> {
  /** Name of the lookup. */
  readonly name: string;
  readonly place: Place;
}

/** The credentials that a platform has to bring to the runtime. */
export function placedSecrets<P extends keyof SecretPlaces>(
  { runtime }: EndpointPlan,
  platform: P,
): PlacedSecret<NonNullable<SecretPlaces[P]>>[] {
  return runtime.features.flatMap(({ lookup, secret }) => {
    const place = secret?.[platform];
    return place === undefined ? [] : [{ name: lookup.name, place: place as NonNullable<SecretPlaces[P]> }];
  });
}

/** Credentials that are said to be on other platforms only: what is unsupported, and what to tell. */
export function secretsElsewhere(
  { runtime }: EndpointPlan,
  platform: keyof SecretPlaces,
): { readonly prop: string; readonly finding: Finding }[] {
  return runtime.features
    .filter(({ secret }) => secret !== null && secret[platform] === undefined)
    .map(({ lookup, secret }) => ({
      prop: `runtime.features.${lookup.name}.credentials`,
      finding: {
        what: 'nothing says where the credentials are on this platform',
        got: Object.keys(secret!).join(', '),
        allowed: `a place under ${platform}`,
        remedy: `Add it: SecretRef.at({ ${platform}: {...} }).`,
      },
    }));
}
