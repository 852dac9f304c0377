import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { literal } from '../terraform';
import { Checker } from './checker';
import type { CloudRunAccessOptions } from './cloud-run-options';
import { textHash } from './names';

const EMAIL = '[^\\s@:]+@[^\\s@:]+';
/** https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = new RegExp(
  `^((user|serviceAccount|group):${EMAIL}|domain:[^\\s@:]+\\.[^\\s@:]+|(principal|principalSet)://\\S+)$`,
);
const SHAPES =
  'serviceAccount:<email>, user:<email>, group:<email>, domain:<domain>, principal://..., principalSet://...';
const ACCOUNT_EMAIL = /^[^\s@:]+@[^\s@:]+\.gserviceaccount\.com$/;

export function checkAccess(check: Checker, access: CloudRunAccessOptions): void {
  const { invokers = [], unauthenticated, serviceAccount } = access;
  invokers.forEach((member, i) => {
    checkMember(check, `target.access.invokers[${i}]`, member);
  });
  checkServiceAccount(check, 'target.access.serviceAccount', serviceAccount);
  if (unauthenticated !== true || invokers.length === 0) return;
  check.add('GCP_INVOKER', 'target.access', {
    what: 'unauthenticated lets everyone in who reaches the endpoint, so naming invokers has no effect',
    got: { unauthenticated, invokers },
    allowed: 'one of the two',
    remedy: 'Remove unauthenticated to let the invokers alone in.',
  });
}

export function checkServiceAccount(check: Checker, option: string, email: string | undefined): void {
  if (email === undefined) return;
  const shape = 'the email of a service account, without serviceAccount: before it';
  check.text('GCP_NAME', option, email, ACCOUNT_EMAIL, shape);
}

function checkMember(check: Checker, option: string, member: string): void {
  if (!/^all(Authenticated)?Users$/.test(member)) {
    check.text('GCP_INVOKER', option, member, MEMBER, SHAPES);
    return;
  }
  check.add('GCP_INVOKER', option, {
    what: 'this lets anyone in: with or without any account of Google',
    got: member,
    allowed: SHAPES,
    remedy:
      'Name the callers; or say access: { unauthenticated: true } if whoever reaches the endpoint may call it.',
  });
}

/** @throws ProblemError GCP_INVOKER */
export function grantInvoke(service: CloudRunV2Service, member: string): CloudRunV2ServiceIamMember {
  const check = new Checker(service.node.path);
  checkMember(check, 'grantInvoke', member);
  check.throwAll();
  const text = literal(member);
  return new CloudRunV2ServiceIamMember(service, `Invoker-${textHash(service, text)}`, {
    project: service.project,
    location: service.location,
    name: service.name,
    role: 'roles/run.invoker',
    member: text,
  });
}
