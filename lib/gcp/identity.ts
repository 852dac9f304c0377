import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { ResourceContext } from './context';
import { accountId } from './names';

/** Who the instances are. */
export interface Identity {
  readonly email: string;
  readonly member: string;
  /** undefined: yours. */
  readonly serviceAccount: ServiceAccount | undefined;
}

/** An account without any right but those it is given here; Cloud Run's default one may edit the whole project. */
export function createIdentity(
  scope: Construct,
  context: ResourceContext,
  email: string | undefined,
): Identity {
  if (email !== undefined) {
    const text = literal(email);
    return { email: text, member: `serviceAccount:${text}`, serviceAccount: undefined };
  }
  const serviceAccount = new ServiceAccount(scope, 'ServiceAccount', {
    accountId: accountId(context.name),
    project: context.project,
    displayName: `Model endpoint ${context.name}`,
  });
  return { email: serviceAccount.email, member: serviceAccount.member, serviceAccount };
}
