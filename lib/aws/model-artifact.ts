import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Archives this process has staged, by assembly and digest: a model is archived once, however many endpoints serve it. */
const staged = new Map<string, string>();

/** The model package as one object in the assets bucket, addressed by its digest. */
export function createModelArtifact(scope: Construct, model: ModelPackage): Asset {
  const assetHash = model.digest.replace('sha256:', '');
  const assembly = Stage.of(scope)!.outdir;
  const known = staged.get(`${assembly} ${assetHash}`);
  if (known !== undefined && existsSync(known)) return new Asset(scope, 'Model', { path: known, assetHash });

  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-'));
  const archive = path.join(directory, 'model.tar.gz');
  writeModelArchive(model, archive);
  const asset = new Asset(scope, 'Model', { path: archive, assetHash });
  const file = path.resolve(assembly, asset.assetPath);
  staged.set(`${assembly} ${assetHash}`, file);
  // With staging switched off, the archive itself is what gets uploaded later.
  if (file !== archive) rmSync(directory, { recursive: true });
  return asset;
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
