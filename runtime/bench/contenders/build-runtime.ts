import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const RUNTIME = path.join(__dirname, '..', '..');
const BUILD = path.join(__dirname, '..', '.build');

/** The entry of the runtime that `buildRuntime` compiled. */
export const RUNTIME_MAIN = path.join(BUILD, 'dist', 'main.js');

/**
 * Compiles the sources of this very commit as they are shipped, apart from runtime/dist, which may be older or be
 * rebuilt meanwhile.
 *
 * @throws Error with what the compiler said
 */
export function buildRuntime(): void {
  const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const out = path.join(BUILD, 'dist');
  rmSync(BUILD, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  // The runtime reads its version one folder above its code.
  copyFileSync(path.join(RUNTIME, 'package.json'), path.join(BUILD, 'package.json'));
  try {
    execFileSync(process.execPath, [tsc, '-p', RUNTIME, '--outDir', out], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(`the runtime does not compile: ${(error as { stdout: string }).stdout}`);
  }
}
