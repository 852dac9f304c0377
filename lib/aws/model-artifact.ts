import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { digestHex, type ModelPackages } from '../core';

/** Archives this process has staged, by assembly and digest: a model is archived once, however many endpoints serve it. */
const staged = new Map<string, string>();

/** Each model package as one object in the assets bucket, addressed by its digest. */
export function createModelArtifacts(scope: Construct, [main, ...others]: ModelPackages): Asset[] {
  return [
    createModelArtifact(scope, 'Model', main),
    ...others.map((model) => createModelArtifact(scope, `Model${digestHex(model).slice(0, 16)}`, model)),
  ];
}

function createModelArtifact(scope: Construct, id: string, model: ModelPackage): Asset {
  const assetHash = digestHex(model);
  const assembly = Stage.of(scope)!.outdir;
  const known = staged.get(`${assembly} ${assetHash}`);
  if (known !== undefined && existsSync(known)) return new Asset(scope, id, { path: known, assetHash });

  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-'));
  const archive = path.join(directory, 'model.tar.gz');
  writeModelArchive(model, archive);
  const asset = new Asset(scope, id, { path: archive, assetHash });
  const file = path.resolve(assembly, asset.assetPath);
  staged.set(`${assembly} ${assetHash}`, file);
  // With staging switched off, the archive itself is what gets uploaded later.
  if (file !== archive) rmSync(directory, { recursive: true });
  return asset;
}

/**
 * Lets a role read these objects and nothing else: `asset.grantRead` would grant the whole bucket. The policy is one of
 * its own for each set of models: CloudFormation makes the new one first and removes the old one last, so that tasks of
 * the version before can start again for as long as a deployment may go back to it.
 */
export function grantReadModels(scope: Construct, models: readonly Asset[], role: IRole): Policy {
  const content = createHash('sha256');
  for (const { assetHash } of models) content.update(assetHash);
  const id = `ReadModels${content.digest('hex').slice(0, 8)}`;
  const policy = new Policy(scope, id, { statements: [readModelsStatement(models)] });
  role.attachInlinePolicy(policy);
  return policy;
}

export function readModelsStatement(models: readonly Asset[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'ReadModel',
    actions: ['s3:GetObject'],
    resources: models.map(({ bucket, s3ObjectKey }) => bucket.arnForObjects(s3ObjectKey)),
  });
}
