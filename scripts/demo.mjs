// `npm run demo`: needs only Node and npm. Installs and builds what is missing, then runs the demo proper.
import { execSync, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

console.log('inferstack demo: installing and building (once)');
ensureInstalled();
execSync('npm run build --silent', { cwd: root, stdio: 'inherit' });

const args = ['--import', 'tsx', path.join('scripts', 'demo', 'main.ts'), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to the whole group: the child drains, and this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
