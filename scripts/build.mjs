// Compiles the runtime first: the library's types come from its output, as they do for a user.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const tsc = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);

for (const [project, out] of [
  ['runtime', 'runtime/dist'],
  ['lib', 'dist'],
]) {
  rmSync(path.join(root, out), { recursive: true, force: true });
  execFileSync(process.execPath, [tsc, '-p', path.join(root, project)], { cwd: root, stdio: 'inherit' });
}
// Programs that targets write beside what they synthesize.
for (const file of readdirSync(path.join(root, 'lib'), { recursive: true })) {
  if (!/\.(sh|js)$/.test(file)) continue;
  mkdirSync(path.dirname(path.join(root, 'dist', file)), { recursive: true });
  copyFileSync(path.join(root, 'lib', file), path.join(root, 'dist', file));
}
for (const bin of ['dist/cli/main.js', 'runtime/dist/main.js']) {
  if (existsSync(path.join(root, bin))) chmodSync(path.join(root, bin), 0o755);
}
