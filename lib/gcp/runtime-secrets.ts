import type { CloudRunV2ServiceTemplateContainersEnv } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import type { Construct } from 'constructs';
import { type EndpointPlan, placedSecrets, secretVariable } from '../core';
import { literal } from '../terraform';
import type { EndpointContext } from './context';

/** The instances may read these secrets and no others. */
export function grantSecrets(
  scope: Construct,
  { plan, project }: EndpointContext,
  member: string,
): SecretManagerSecretIamMember[] {
  return placedSecrets(plan, 'gcp').map(
    ({ name, place }) =>
      new SecretManagerSecretIamMember(scope, `SecretAccess-${name}`, {
        // A full name has a project of its own.
        project: place.secret.startsWith('projects/') ? undefined : project,
        secretId: literal(place.secret),
        role: 'roles/secretmanager.secretAccessor',
        member,
      }),
  );
}

/**
 * The secrets as the runtime finds them. Variables, not files: a mounted secret is fetched at every reading, and the
 * runtime looks every two seconds whether it changed.
 */
export function secretVariables(plan: EndpointPlan): CloudRunV2ServiceTemplateContainersEnv[] {
  return placedSecrets(plan, 'gcp').map(({ name, place }) => ({
    name: secretVariable(name),
    valueSource: {
      secretKeyRef: { secret: literal(place.secret), version: literal(place.version ?? 'latest') },
    },
  }));
}
