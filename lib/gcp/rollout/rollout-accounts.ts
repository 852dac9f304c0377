import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import type { Construct } from 'constructs';
import type { TerraformResource } from '../../terraform';
import type { EndpointContext } from '../context';
import type { Identity } from '../identity';
import { customRoleId, rolloutAccountId, triggerAccountId } from '../names';

/** Who moves the requests, and who may start that; both can do nothing else. */
export interface RolloutAccounts {
  readonly role: ProjectIamCustomRole;
  /** Of the workflows. */
  readonly mover: ServiceAccount;
  /** Of the clock and of the alarms. */
  readonly trigger: ServiceAccount;
  /** What has to be there before a workflow runs. */
  readonly grants: readonly TerraformResource[];
}

/** To read a service and its revisions, and to write the service: no more than the workflows call. */
const PERMISSIONS = ['run.revisions.get', 'run.services.get', 'run.services.update'];

export function createAccounts(
  scope: Construct,
  context: EndpointContext,
  service: CloudRunV2Service,
  identity: Identity,
): RolloutAccounts {
  const { name, project } = context;
  const account = (id: string, accountId: string, does: string) =>
    new ServiceAccount(scope, id, { accountId, project, displayName: `Rollout of ${name}: ${does}` });
  const mover = account('RolloutAccount', rolloutAccountId(context), 'moves requests');
  const trigger = account('RolloutTriggerAccount', triggerAccountId(context), 'starts workflows');
  const role = new ProjectIamCustomRole(scope, 'RolloutRole', {
    project,
    roleId: customRoleId(context),
    title: `Rollout of ${name}`,
    permissions: PERMISSIONS,
  });
  return {
    role,
    mover,
    trigger,
    grants: grants(scope, context, { service, identity, mover, trigger, role }),
  };
}

interface Grantees {
  readonly service: CloudRunV2Service;
  readonly identity: Identity;
  readonly mover: ServiceAccount;
  readonly trigger: ServiceAccount;
  readonly role: ProjectIamCustomRole;
}

function grants(
  scope: Construct,
  { project, region }: EndpointContext,
  { service, identity, mover, trigger, role }: Grantees,
): TerraformResource[] {
  return [
    new CloudRunV2ServiceIamMember(scope, 'RolloutAccess', {
      project,
      location: region,
      name: service.name,
      role: `projects/${project}/roles/${role.roleId}`,
      member: mover.member,
    }),
    // Whoever changes a service must be allowed to act as what it runs as, also where only the traffic changes:
    // https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#required_roles
    new ServiceAccountIamMember(scope, 'RolloutActAs', {
      serviceAccountId:
        identity.serviceAccount?.name ?? `projects/${project}/serviceAccounts/${identity.email}`,
      role: 'roles/iam.serviceAccountUser',
      member: mover.member,
    }),
    // Workflows know neither grants on one workflow nor conditions by its name:
    // https://cloud.google.com/iam/docs/conditions-resource-attributes
    new ProjectIamMember(scope, 'RolloutInvoke', {
      project,
      role: 'roles/workflows.invoker',
      member: trigger.member,
    }),
  ];
}
