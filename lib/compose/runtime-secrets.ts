import { Construct } from 'constructs';
import { placedSecrets } from '../core';
import { ComposeSecret } from './compose-elements';
import type { EndpointContext } from './context';

/** Where the runtime finds a secret: Compose mounts them there. */
export const inSecretFile = (name: string) => ({ file: `/run/secrets/${name}` });

/** What the runtime is to be given; files of the host, or variables of whoever starts the project. */
export function runtimeSecrets(scope: Construct, context: EndpointContext): ComposeSecret[] {
  const secrets = placedSecrets(context.plan, 'compose');
  if (secrets.length === 0) return [];
  const group = new Construct(scope, 'RuntimeSecrets');
  return secrets.map(
    ({ name, place }) => new ComposeSecret(group, name, `${context.name}-${name}`, { ...place }),
  );
}
