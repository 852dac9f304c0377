import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import type { KeyVaultCertificate } from './exposure-options';
import { grantRole } from './identity';

export interface CertificateReader {
  readonly identity: UserAssignedIdentity;
  readonly grant: RoleAssignment;
}

/** An identity that reads the certificate and nothing else: the replicas never get near the private key. */
export function createCertificateReader(
  scope: Construct,
  context: EndpointContext,
  certificate: KeyVaultCertificate | undefined,
): CertificateReader | undefined {
  if (certificate === undefined) return undefined;
  const identity = new UserAssignedIdentity(scope, 'CertificateReader', {
    ...context.placed,
    name: `id-${context.name}-certificate`,
  });
  const grant = grantRole(scope, 'ReadCertificate', {
    role: 'Key Vault Secrets User',
    on: literal(certificate.keyVaultId),
    to: identity,
  });
  return { identity, grant };
}
