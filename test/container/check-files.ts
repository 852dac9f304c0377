import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Engine } from './engine';
import { ImageFiles, searchImage } from './image-files';
import type { Report } from './report';

const RUNTIME = path.resolve(__dirname, '..', '..', 'runtime');

/** Removed from the image on purpose: types. */
const TYPES = /^node_modules\/(@types\/|undici-types$)/;

/** Machine of an ELF file, at byte 18. Source: System V ABI, e_machine. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/** What is in the image, and what is not. */
export async function checkFiles(
  report: Report,
  engine: Engine,
  image: string,
  marker: string,
): Promise<void> {
  const files = await ImageFiles.open(engine, image);
  await report.check('only the program and its dependencies are in /app', () => checkProgram(files));
  await report.check('production dependencies of the lockfile and no others', () => checkPackages(files));
  await report.check('native code of this platform alone', () => checkNative(files));
  await report.check('no package manager, no cache, no configuration of npm', () => checkLeftovers(files));
  await report.check('nobody but root may change the program', () => checkModes(files));
  await report.check('no secret of the build in any layer', async () => {
    // The second text is there for sure: the search itself works.
    const found = await searchImage(engine, image, [marker, '"name": "@inferstack/runtime"']);
    assert.deepEqual(found, ['"name": "@inferstack/runtime"']);
  });
}

function checkProgram(files: ImageFiles): string {
  const top = files.below('app').filter((name) => name.split('/').length === 2);
  assert.deepEqual(top, ['app/dist', 'app/node_modules', 'app/package.json']);
  assert.deepEqual(
    files.below('app').filter((name) => /\.(d\.[cm]?ts|map|tsbuildinfo)$/.test(name)),
    [],
  );
  return `${files.below('app').length} files and folders`;
}

function checkPackages(files: ImageFiles): string {
  const lock = JSON.parse(readFileSync(path.join(RUNTIME, 'npm-shrinkwrap.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  const { '': _, ...packages } = lock.packages;
  const folders = files
    .below('app/node_modules')
    .map((name) => /^app\/((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/.exec(name)?.[1])
    .filter((name) => name !== undefined);
  assert.deepEqual(
    folders.filter((name) => packages[name] === undefined || packages[name].dev === true),
    [],
  );
  const needed = Object.entries(packages).filter(([name, { optional }]) => !optional && !TYPES.test(name));
  assert.deepEqual(
    needed.map(([name]) => name).filter((name) => !folders.includes(name)),
    [],
  );
  return `${folders.length} packages`;
}

function checkNative(files: ImageFiles): string {
  const engines = files
    .below('app/node_modules/onnxruntime-node/bin')
    .map((name) => name.split('/').slice(5));
  const platforms = engines.filter(({ length }) => length === 2).map((parts) => parts.join('/'));
  assert.deepEqual(platforms, [`linux/${process.arch}`]);
  const native = files.below('app').filter((name) => /\.(node|dll|dylib|exe|so(\.[\d.]+)?)$/.test(name));
  const binaries = native.filter((name) => files.stat(name).isFile());
  assert.ok(binaries.length >= 3, binaries.join());
  for (const name of binaries) {
    const head = files.read(name).subarray(0, 20);
    assert.equal(head.toString('latin1', 0, 4), '\x7fELF', name);
    assert.equal(head.readUInt16LE(18), MACHINES[process.arch], name);
  }
  return binaries.map((name) => path.basename(name)).join(', ');
}

function checkLeftovers(files: ImageFiles): undefined {
  const left =
    /(^|\/)(\.npm|\.npmrc|npmrc|_cacache|_logs|npm|npx|corepack|yarn|npm-shrinkwrap\.json|package-lock\.json|\.env)$/;
  assert.deepEqual(
    files.names.filter((name) => left.test(name)),
    [],
  );
  assert.deepEqual(files.below('run/secrets'), []);
}

function checkModes(files: ImageFiles): undefined {
  const all = ['app', ...files.below('app')];
  const open = all.filter((name) => {
    const { uid, mode } = files.stat(name);
    const link = files.stat(name).isSymbolicLink();
    return Number(uid) !== 0 || (!link && (Number(mode) & 0o022) !== 0);
  });
  assert.deepEqual(open, []);
}
