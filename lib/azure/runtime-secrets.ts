import type {
  ContainerAppSecret,
  ContainerAppTemplateContainerEnv,
} from '@cdktf/provider-azurerm/lib/container-app';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { Construct } from 'constructs';
import { type EndpointPlan, placedSecrets, secretVariable } from '../core';
import { literal } from '../terraform';
import { grantRole } from './identity';
import type { IdentityReference } from './references';

/** The identity of the replicas may read these secrets, and none beside them in their vaults. */
export function grantSecrets(
  scope: Construct,
  plan: EndpointPlan,
  identity: IdentityReference,
): RoleAssignment[] {
  return placedSecrets(plan, 'azure').map(({ name, place }) =>
    grantRole(scope, `ReadSecret-${name}`, {
      role: 'Key Vault Secrets User',
      on: literal(place.resourceId),
      to: identity,
    }),
  );
}

/** Secrets of the app: references into key vaults, which Container Apps reads by the identity. */
export function runtimeSecrets(
  plan: EndpointPlan,
  identity: IdentityReference,
): ContainerAppSecret[] | undefined {
  const secrets = placedSecrets(plan, 'azure');
  if (secrets.length === 0) return undefined;
  return secrets.map(({ name, place }) => ({
    name,
    keyVaultSecretId: literal(place.keyVaultSecretId),
    identity: identity.id,
  }));
}

/** The secrets as the runtime finds them. */
export function secretVariables(plan: EndpointPlan): ContainerAppTemplateContainerEnv[] {
  return placedSecrets(plan, 'azure').map(({ name }) => ({ name: secretVariable(name), secretName: name }));
}
