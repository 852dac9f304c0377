import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Engine, expectSuccess, outcome } from './engine';

export const BASE_IMAGE = 'localhost/inferstack-base';

const SUITE = 'bookworm';
/** What the public slim images leave out as well. */
const UNUSED = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];

/**
 * A base image like the public one, without a registry of images: a minimal Debian system, with the Node and the npm of
 * this machine where the public image has them. DEBIAN_MIRROR names another mirror than debootstrap's own.
 */
export async function makeBaseImage(engine: Engine): Promise<void> {
  const root = engine.place('base');
  await bootstrap(root);
  for (const folder of UNUSED) empty(path.join(root, folder));
  copyNode(root);
  const check = await outcome('chroot', [root, '/usr/local/bin/node', '--version']);
  const version = expectSuccess(`the Node of this machine, in a minimal Debian ${SUITE},`, check);
  if (version !== process.version) throw new Error(`the base image has Node ${version}`);
  const archive = engine.place('base.tar');
  execFileSync('tar', ['--directory', root, '--sort=name', '--create', '--file', archive, '.']);
  const search = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await engine.podman('import', '--change', `ENV PATH=${search}`, archive, BASE_IMAGE);
  rmSync(archive);
  rmSync(root, { recursive: true });
}

async function bootstrap(root: string): Promise<void> {
  const mirror = process.env['DEBIAN_MIRROR'];
  const args = ['--variant=minbase', SUITE, root, ...(mirror === undefined ? [] : [mirror])];
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  expectSuccess('debootstrap (are Debian packages reachable?)', await outcome('debootstrap', args, env));
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
}

function copyNode(root: string): void {
  const local = path.join(root, 'usr', 'local');
  const modules = path.join(local, 'lib', 'node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(realpathSync(process.execPath), path.join(local, 'bin', 'node'));
  const found = execFileSync('/bin/sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  // <npm>/bin/npm-cli.js
  const npm = path.dirname(path.dirname(realpathSync(found)));
  cpSync(npm, path.join(modules, 'npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(local, 'bin', 'npm'));
}
