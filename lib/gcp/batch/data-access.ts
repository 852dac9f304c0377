import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { Construct } from 'constructs';
import { type DataScope, folderScope, type GcsPlace, inputScope, type JobPlaces } from '../../core';
import { literal } from '../../terraform';
import type { JobContext } from './job-context';

export function gsUri({ bucket, path = '' }: GcsPlace): string {
  return `gs://${bucket}/${path}`;
}

/** Reads the input and writes the output, and nothing beside them in the same buckets. */
export function grantData(
  scope: Construct,
  { name }: JobContext,
  { input, output }: JobPlaces<GcsPlace>,
  member: string,
): StorageBucketIamMember[] {
  const grant = (id: string, role: string, { bucket }: GcsPlace, data: DataScope) =>
    new StorageBucketIamMember(scope, `${id}Access`, {
      bucket: literal(bucket),
      role,
      member,
      condition: { title: `${id} of ${name}`, expression: below(bucket, data) },
    });
  return [
    grant('Input', 'roles/storage.objectViewer', input, inputScope(input.path)),
    grant('Output', 'roles/storage.objectUser', output, folderScope(output.path)),
  ];
}

/**
 * Objects by their names. The right to list is the whole bucket's: without it Cloud Storage answers 403 instead of 404 for a
 * file that is missing. Names can be listed by it, and nothing read.
 * Source: https://cloud.google.com/iam/docs/conditions-attribute-reference
 */
function below(bucket: string, { name, prefix }: DataScope): string {
  const objects = `projects/_/buckets/${literal(bucket)}/objects`;
  return [
    ...(name === undefined ? [] : [`resource.name == '${objects}/${literal(name)}'`]),
    ...(prefix === undefined ? [] : [`resource.name.startsWith('${objects}/${literal(prefix)}')`]),
    "resource.type == 'storage.googleapis.com/Bucket'",
  ].join(' || ');
}
