import { isIP } from 'node:net';
import type { Volume, VolumeMount } from 'cdk8s-plus-32/lib/imports/k8s';
import { type EndpointPlan, type OutboundAddress, outboundAddresses, placedSecrets } from '../core';
import type { RequiredEgress } from './network-policy';

const SECRETS_DIRECTORY = '/var/run/inferstack/secrets';

/** Where a lookup finds its credentials. */
export const inFeatureSecretFile = (lookup: string) => ({ file: `${SECRETS_DIRECTORY}/${lookup}` });

export interface FeatureSecretMount {
  readonly volume: Volume;
  readonly mount: VolumeMount;
}

/**
 * The keys of the feature stores, each a file, and nothing else of their Secrets. A file follows its Secret within a
 * minute or two, and the runtime reads it again.
 */
export function featureSecretMount(plan: EndpointPlan): FeatureSecretMount | undefined {
  const secrets = placedSecrets(plan, 'kubernetes');
  if (secrets.length === 0) return undefined;
  const sources = secrets.map(({ name, place }) => ({
    secret: { name: place.secretName, items: [{ key: place.key, path: name }] },
  }));
  return {
    volume: { name: 'feature-secrets', projected: { sources } },
    mount: { name: 'feature-secrets', mountPath: SECRETS_DIRECTORY, readOnly: true },
  };
}

/** What the pods must reach to ask the stores, and the server with the figures of gates. */
export function featureStoreEgress(plan: EndpointPlan): RequiredEgress[] {
  const rules = outboundAddresses(plan).map(egressTo);
  const texts = rules.map((rule) => JSON.stringify(rule));
  return rules.filter((_, i) => texts.indexOf(texts[i]!) === i);
}

/**
 * A name that Kubernetes gave a Service tells its namespace, but not the port of the pods behind it, which a network
 * policy counts: all of the namespace is allowed. Other names are any address: policies know no names.
 */
function egressTo({ host, port }: OutboundAddress): RequiredEgress {
  const namespace = /^[^.]+\.([^.]+)\.svc(\.cluster\.local)?$/.exec(host)?.[1];
  if (namespace !== undefined) return { to: { namespace }, ports: [] };
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return { to: { cidr: `${address}/32` }, ports: [port] };
  if (isIP(address) === 6) return { to: { cidr: `${address}/128` }, ports: [port] };
  return { to: 'anywhere', ports: [port] };
}
