// Lets `npm test` and `npm run demo` start from a fresh clone: installs exactly what the lockfile says, once.
import { execSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Installs when node_modules is missing or older than the lockfile; builds when the output is missing. */
export function ensureInstalled() {
  const run = (command) => execSync(command, { cwd: root, stdio: 'inherit' });
  // npm writes this copy of the lockfile at the end of every installation.
  const installed = modified('node_modules/.package-lock.json');
  if (installed < modified('package-lock.json')) run('npm ci --loglevel=error');
  if (!existsSync(path.join(root, 'dist', 'index.js'))) run('npm run build --silent');
}

function modified(file) {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
