import { rmSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeEntry } from 'inferstack/local';
import { compileRuntime } from '../../support/compile-runtime';

export const ROOT = path.resolve(__dirname, '..', '..', '..');

export const app = (name: string): string => path.join(ROOT, 'test', 'local', 'apps', `${name}.ts`);

/** The runtime that was compiled for all suites, or one of its own outside of them. */
export const runtime: RuntimeEntry = { file: process.env['TEST_RUNTIME'] ?? compiledHere() };

function compiledHere(): string {
  const { folder, file } = compileRuntime();
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return file;
}
