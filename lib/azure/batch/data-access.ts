import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { Construct } from 'constructs';
import {
  type BlobPlace,
  type DataScope,
  folderScope,
  inputScope,
  isUnresolved,
  type JobPlaces,
} from '../../core';
import { Fn, literal } from '../../terraform';
import { grantRole } from '../identity';
import type { IdentityReference } from '../references';

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const READ = 'blobs/read';
/** Every other data action of Storage Blob Data Contributor. */
const CHANGES = ['blobs/write', 'blobs/add/action', 'blobs/delete', 'blobs/move/action'];
/** In the id of an account: ``, subscriptions, <id>, resourceGroups, <name>, providers, <namespace>, <type>, <name>. */
const NAME_IN_ID = 8;

/** The address as the runtime reads it. */
export function blobUri({ storageAccountId, container, path = '' }: BlobPlace): string {
  const account = isUnresolved(storageAccountId)
    ? Fn.element(Fn.split('/', storageAccountId), NAME_IN_ID)
    : storageAccountId.split('/').at(-1)!;
  return `azblob://${account}/${container}/${path}`;
}

/** Reads the input and writes the output, and nothing beside them in the same containers. */
export function grantData(
  scope: Construct,
  { input, output }: JobPlaces<BlobPlace>,
  to: IdentityReference,
): { readonly readInput: RoleAssignment; readonly writeOutput: RoleAssignment } {
  const grant = (id: string, role: string, place: BlobPlace, condition: string | undefined) =>
    grantRole(scope, id, { role, on: containerId(place), to, condition });
  const written = folderScope(output.path);
  return {
    readInput: grant('ReadInput', 'Storage Blob Data Reader', input, below(inputScope(input.path), [])),
    writeOutput: grant('WriteOutput', 'Storage Blob Data Contributor', output, below(written, CHANGES)),
  };
}

function containerId({ storageAccountId, container }: BlobPlace): string {
  return `${literal(storageAccountId)}/blobServices/default/containers/${literal(container)}`;
}

/**
 * Blobs by their names, and lists by what they ask for; undefined: the whole container.
 * Source: https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples#blob-names-or-paths
 */
function below({ name, prefix, listed }: DataScope, changes: readonly string[]): string | undefined {
  const names = [
    ...(name === undefined ? [] : [`@Resource[${CONTAINERS}/blobs:path] StringEquals '${literal(name)}'`]),
    ...(prefix === undefined
      ? []
      : [`@Resource[${CONTAINERS}/blobs:path] StringStartsWith '${literal(prefix)}'`]),
  ];
  const reads = `!(${action(READ)} AND NOT SubOperationMatches{'Blob.List'})`;
  const others = [reads, ...changes.map((change) => `!(${action(change)})`)].join(' AND ');
  const lists = `!(${action(READ)} AND SubOperationMatches{'Blob.List'})`;
  const clauses = [
    ...(prefix === '' ? [] : [`((${others}) OR (${names.join(' OR ')}))`]),
    ...(listed === ''
      ? []
      : [`((${lists}) OR (@Request[${CONTAINERS}/blobs:prefix] StringStartsWith '${literal(listed)}'))`]),
  ];
  return clauses.length === 0 ? undefined : clauses.join(' AND ');
}

const action = (name: string): string => `ActionMatches{'${CONTAINERS}/${name}'}`;
