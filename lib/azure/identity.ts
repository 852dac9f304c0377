import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { AnyContext } from './context';
import type { IdentityReference } from './references';

export interface BoundIdentity {
  readonly identity: IdentityReference;
  /** undefined: yours. */
  readonly created: UserAssignedIdentity | undefined;
}

/** Who the replicas are for Azure. */
export function resolveIdentity(scope: Construct, context: AnyContext): BoundIdentity {
  const given = context.options.identity;
  if (given !== undefined) {
    const { id, clientId, principalId } = given;
    const identity = { id: literal(id), clientId: literal(clientId), principalId: literal(principalId) };
    return { identity, created: undefined };
  }
  const created = new UserAssignedIdentity(scope, 'Identity', {
    ...context.placed,
    name: `id-${context.name}`,
  });
  return { identity: created, created };
}

export interface Grant {
  readonly role: string;
  readonly on: string;
  readonly to: IdentityReference;
  /** Under which it holds. @default - always */
  readonly condition?: string | undefined;
}

/** Grants a built-in role on one resource and nothing above it. */
export function grantRole(scope: Construct, id: string, { role, on, to, condition }: Grant): RoleAssignment {
  return new RoleAssignment(scope, id, {
    scope: on,
    roleDefinitionName: role,
    principalId: to.principalId,
    // Said, so that a fresh identity is not looked up before the directory knows it.
    principalType: 'ServicePrincipal',
    ...(condition !== undefined && { condition, conditionVersion: '2.0' }),
  });
}
