import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import type { ModelPackage } from '@inferstack/runtime/model';
import type { Construct } from 'constructs';
import { digestHex } from '../core';
import { literal, modelArchive } from '../terraform';
import type { ResourceContext } from './context';
import type { BoundBucket } from './model-bucket';

export interface ModelArtifacts {
  /** What the runtime loads, in the order of the plan. */
  readonly uris: readonly string[];
  readonly objects: readonly StorageBucketObject[];
  readonly previous: readonly StorageBucketObject[];
}

/**
 * The packages of the models, and of those that may still serve. Digests are in the ids and names, so that a new model
 * is another object beside the old one, and a former model keeps the object it had.
 */
export function createModelArtifacts(
  scope: Construct,
  context: ResourceContext,
  bucket: BoundBucket,
  previousModels: readonly ModelPackage[],
): ModelArtifacts {
  const { models } = context.plan;
  const previous = new Map(previousModels.map((former) => [former.digest, former]));
  for (const { digest } of models) previous.delete(digest);
  const create = (model: ModelPackage) => createObject(scope, context, bucket, model);
  return {
    uris: models.map((model) => `gs://${bucket.name}/${objectName(context, model)}`),
    objects: models.map(create),
    previous: [...previous.values()].map(create),
  };
}

function createObject(scope: Construct, context: ResourceContext, bucket: BoundBucket, model: ModelPackage) {
  const id = `Model-${digestHex(model).slice(0, 16)}`;
  return new StorageBucketObject(scope, id, {
    bucket: bucket.name,
    name: objectName(context, model),
    source: modelArchive(scope, model),
    contentType: 'application/gzip',
    // A package that leaves the stack stays: instances of the former revision may start while the new one comes up.
    deletionPolicy: 'ABANDON',
    metadata: {
      model: literal(model.manifest.name),
      version: literal(model.manifest.version),
      digest: model.digest,
      bytes: `${model.bytes}`,
    },
  });
}

/** Reads the endpoint's own folder, nothing else in the bucket; the list of objects stays closed. */
export function grantModelRead(
  scope: Construct,
  context: ResourceContext,
  bucket: BoundBucket,
  member: string,
): StorageBucketIamMember {
  return new StorageBucketIamMember(scope, 'ModelAccess', {
    bucket: bucket.name,
    role: 'roles/storage.objectViewer',
    member,
    condition: {
      title: `models of ${context.name}`,
      expression: `resource.name.startsWith("projects/_/buckets/${bucket.name}/objects/${folder(context)}/")`,
    },
  });
}

/** By region as well: services of two regions may share a name and a bucket. */
const folder = ({ name, region }: ResourceContext) => `inferstack/${region}/${name}`;

const objectName = (context: ResourceContext, model: ModelPackage) =>
  `${folder(context)}/${digestHex(model)}.tar.gz`;
