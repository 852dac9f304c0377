import { createHash } from 'node:crypto';
import type { IConstruct } from 'constructs';
import { resolvedText } from '../terraform';

/**
 * Longest name of a service, since a revision's name and a tag's address are built from it.
 * Source: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create
 */
export const MAX_NAME_LENGTH = 49;
/** Of a service account: https://cloud.google.com/iam/docs/service-accounts-create */
const MAX_ACCOUNT_LENGTH = 30;
/** Of a bucket without dots: https://cloud.google.com/storage/docs/buckets#naming */
const MAX_BUCKET_LENGTH = 63;
/** Of a custom role: https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create */
const MAX_ROLE_LENGTH = 64;
/** https://cloud.google.com/resource-manager/docs/creating-managing-projects */
const MAX_PROJECT_LENGTH = 30;

const ACCOUNT_SUFFIX = '-model';
const BUCKET_SUFFIX = '-models';

interface Placed {
  readonly name: string;
  readonly region: string;
}

/** Accounts and roles belong to the project, services and jobs to a region. */
const inRegion = ({ name, region }: Placed): string => `${name}-${region}`;

/** Of the account that moves requests between revisions, and of the one that starts that. */
export const rolloutAccountId = (of: Placed): string => accountWith(inRegion(of), '-rollout');
export const triggerAccountId = (of: Placed): string => accountWith(inRegion(of), '-trigger');
/** Of the account that starts a scoring job. */
export const starterAccountId = (of: Placed): string => accountWith(inRegion(of), '-start');

export function customRoleId(of: Placed): string {
  return shortened(`${inRegion(of)}-rollout`, MAX_ROLE_LENGTH).replaceAll('-', '_');
}

/** The account's id: at least 6 characters, which the suffix alone makes up for. */
export function accountId(name: string): string {
  return accountWith(name, ACCOUNT_SUFFIX);
}

const accountWith = (name: string, suffix: string): string =>
  shortened(name, MAX_ACCOUNT_LENGTH - suffix.length) + suffix;

/** Names of buckets are shared by the whole world; those of projects are unique, so one begins the name. */
export function bucketName(project: string, name: string): string {
  const room = MAX_BUCKET_LENGTH - MAX_PROJECT_LENGTH - 1 - BUCKET_SUFFIX.length;
  return `${project}-${shortened(name, room)}${BUCKET_SUFFIX}`;
}

/** Digits to tell texts of a user apart in ids and names, placeholders included: the same in every synthesis. */
export function textHash(scope: IConstruct, text: string): string {
  return shortHash(resolvedText(scope, text));
}

/** An id of ten digits, as endpoints of Vertex AI have them, that names of other endpoints do not meet. */
export function numericId(scope: IConstruct, text: string): string {
  const hash = createHash('sha256').update(resolvedText(scope, text)).digest();
  // Without leading zeros.
  return String(1_000_000_000n + (hash.readBigUInt64BE() % 9_000_000_000n));
}

/** The name if it is short enough; otherwise its beginning and a hash of the whole, so that two never meet. */
function shortened(name: string, max: number): string {
  return name.length <= max ? name : `${name.slice(0, max - 9)}-${shortHash(name)}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
