import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformFileSync } from '@swc/core';
import type { RuntimeEntry } from 'inferstack/local';

export const ROOT = path.resolve(__dirname, '..', '..', '..');

export const app = (name: string): string => path.join(ROOT, 'test', 'local', 'apps', `${name}.ts`);

/** The real serving runtime, compiled from its sources: it starts ten times faster than through a loader. */
export const runtime: RuntimeEntry = { file: process.env['TEST_RUNTIME'] ?? compileRuntime() };

function compileRuntime(): string {
  const out = path.join(ROOT, 'out');
  mkdirSync(out, { recursive: true });
  // Inside the project, so that node finds the dependencies.
  const folder = mkdtempSync(path.join(out, 'test-runtime-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (typeof afterAll === 'function') afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const source = path.join(ROOT, 'runtime', 'src');
  for (const file of readdirSync(source, { recursive: true }) as string[]) {
    if (file.endsWith('.ts'))
      compile(path.join(source, file), path.join(folder, 'dist', file.replace(/ts$/, 'js')));
  }
  cpSync(path.join(ROOT, 'runtime', 'package.json'), path.join(folder, 'package.json'));
  return path.join(folder, 'dist', 'main.js');
}

function compile(source: string, target: string): void {
  const { code } = transformFileSync(source, {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023', keepClassNames: true },
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
}
