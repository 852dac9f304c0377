import path from 'node:path';
import { App, Manifest, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';

/** Where the stack of a construct is synthesized to, and Terraform runs. */
export function stackFolder(scope: Construct): string {
  return path.join(App.of(scope).outdir, Manifest.stacksFolder, TerraformStack.of(scope).node.id);
}
