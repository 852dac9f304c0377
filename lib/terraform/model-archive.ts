import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type ModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { once } from './once';
import { stackFolder } from './stack-folder';

const DIRECTORY = 'assets/models';

/**
 * The model package as one file beside the synthesized stack, for resources that upload it. It is written into the
 * output folder at once: an asset of cdktf would want a file elsewhere to copy from, which nobody removes from a
 * process that never synthesizes, as those of snapshot tests.
 *
 * @returns path relative to the stack's own directory, where Terraform runs
 */
export function modelArchive(scope: Construct, model: ModelPackage): string {
  const stack = TerraformStack.of(scope);
  const folder = stackFolder(scope);
  // What an earlier synthesis left.
  once(stack, DIRECTORY, () => rmSync(path.join(folder, DIRECTORY), { recursive: true, force: true }));
  const file = path.posix.join(DIRECTORY, model.digest.replace('sha256:', ''), 'model.tar.gz');
  if (!existsSync(path.join(folder, file))) writeModelArchive(model, path.join(folder, file));
  return file;
}
