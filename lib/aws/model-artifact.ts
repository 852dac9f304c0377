import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** The model package as one object in the assets bucket, addressed by its digest. */
export function createModelArtifact(scope: Construct, model: ModelPackage): Asset {
  const assetHash = model.digest.replace('sha256:', '');
  return new Asset(scope, 'Model', { path: stageArchive(scope, model, assetHash), assetHash });
}

/** Reading the one object and nothing else: `asset.grantRead` would grant the whole bucket. */
export function grantReadModel(model: Asset, grantee: IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'ReadModel',
      actions: ['s3:GetObject'],
      resources: [model.bucket.arnForObjects(model.s3ObjectKey)],
    }),
  );
}

/**
 * Writes the archive under the very name the asset system would copy it to, so that it exists once however many
 * endpoints serve the model. Renamed into place: an interrupted run leaves no half archive behind.
 */
function stageArchive(scope: Construct, model: ModelPackage, hash: string): string {
  const directory = Stage.of(scope)!.assetOutdir;
  const file = path.join(directory, `asset.${hash}.tar.gz`);
  if (existsSync(file)) return file;
  mkdirSync(directory, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeModelArchive(model, draft);
  renameSync(draft, file);
  return file;
}
