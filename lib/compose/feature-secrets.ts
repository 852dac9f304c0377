import { Construct } from 'constructs';
import { placedSecrets } from '../core';
import { ComposeSecret } from './compose-elements';
import type { EndpointContext } from './context';

/** Where a lookup finds its credentials: Compose mounts secrets there. */
export const inFeatureSecretFile = (lookup: string) => ({ file: `/run/secrets/${lookup}` });

/** The keys of the feature stores; files of the host, or variables of whoever starts the project. */
export function featureSecrets(scope: Construct, context: EndpointContext): ComposeSecret[] {
  const secrets = placedSecrets(context.plan, 'compose');
  if (secrets.length === 0) return [];
  const group = new Construct(scope, 'FeatureSecrets');
  return secrets.map(
    ({ name, place }) => new ComposeSecret(group, name, `${context.name}-${name}`, { ...place }),
  );
}
