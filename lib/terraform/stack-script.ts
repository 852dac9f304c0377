import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Construct } from 'constructs';
import { stackFolder } from './stack-folder';

const DIRECTORY = 'scripts';

/**
 * A program beside the synthesized stack, for what Terraform's provider has no resource for. The same for all
 * endpoints of a stack: what they differ in is told by an output.
 *
 * @param source the program
 * @returns path relative to the stack's own directory, where Terraform runs
 */
export function stackScript(scope: Construct, source: string): string {
  const file = path.posix.join(DIRECTORY, path.basename(source));
  const target = path.join(stackFolder(scope), file);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, 0o755);
  return file;
}
