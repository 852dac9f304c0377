// Lets `npm test` and `npm run demo` start from a fresh clone: installs exactly what the lockfile says, once.
import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'node_modules', '.inferstack-installed');

/** Installs when node_modules is missing or belongs to another lockfile; builds when the output is missing. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const run = (command) => execSync(command, { cwd: root, stdio: 'inherit' });
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    run('npm ci --loglevel=error');
    writeFileSync(stamp, wanted);
  }
  if (!existsSync(path.join(root, 'dist', 'index.js'))) run('npm run build --silent');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
