import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';

/** Archives made by this process, by digest: a model is archived once, however many endpoints serve it. */
const archives = new Map<string, string>();

/**
 * The model package as one file beside the synthesized stack, for resources that upload it.
 *
 * @returns path relative to the stack's own directory, where Terraform runs
 */
export function modelArchive(scope: Construct, id: string, model: ModelPackage): string {
  const assetHash = model.digest.replace('sha256:', '');
  return new TerraformAsset(scope, id, { path: archiveOf(model), type: AssetType.FILE, assetHash }).path;
}

function archiveOf(model: ModelPackage): string {
  const known = archives.get(model.digest);
  if (known !== undefined) return known;
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-'));
  // cdktf copies the file when the app is synthesized, which may be the last thing this process does.
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const archive = path.join(directory, 'model.tar.gz');
  writeModelArchive(model, archive);
  archives.set(model.digest, archive);
  return archive;
}
