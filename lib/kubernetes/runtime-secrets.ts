import type { Volume, VolumeMount } from 'cdk8s-plus-32/lib/imports/k8s';
import { type EndpointPlan, placedSecrets } from '../core';

const SECRETS_DIRECTORY = '/var/run/inferstack/secrets';

/** Where the runtime finds a secret. */
export const inSecretFile = (name: string) => ({ file: `${SECRETS_DIRECTORY}/${name}` });

export interface SecretMount {
  readonly volume: Volume;
  readonly mount: VolumeMount;
}

/**
 * What the runtime is to be given, each secret a file, and nothing else of their Secrets. A file follows its Secret within a
 * minute or two, and the runtime reads it again.
 */
export function secretMount(plan: EndpointPlan): SecretMount | undefined {
  const secrets = placedSecrets(plan, 'kubernetes');
  if (secrets.length === 0) return undefined;
  const sources = secrets.map(({ name, place }) => ({
    secret: { name: place.secretName, items: [{ key: place.key, path: name }] },
  }));
  return {
    volume: { name: 'runtime-secrets', projected: { sources } },
    mount: { name: 'runtime-secrets', mountPath: SECRETS_DIRECTORY, readOnly: true },
  };
}
