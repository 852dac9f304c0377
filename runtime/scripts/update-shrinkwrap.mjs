// Writes npm-shrinkwrap.json: what the image installs, taken from the lockfile of the repository, so that the image
// holds the very versions that were tested. With --check it only compares.
//
//   node runtime/scripts/update-shrinkwrap.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const file = new URL('../npm-shrinkwrap.json', import.meta.url);
const lock = read('../../package-lock.json').packages;
const manifest = read('../package.json');

/** Where node finds `name` from the package at `from`: in its own node_modules, or in those above it. */
function resolve(name, from) {
  const levels = [from];
  while (levels.at(-1) !== '') levels.push(levels.at(-1).replace(/(^|\/)(node_modules\/(@[^/]+\/)?[^/]+|runtime)$/, ''));
  return levels.map((at) => `${at}/node_modules/${name}`.replace(/^\//, '')).find((path) => lock[path] !== undefined);
}

/** Every package the runtime reaches: path in the lockfile -> whether it is needed by more than optional edges. */
function reach() {
  const needed = new Map();
  const visit = (dependencies, from, required) => {
    for (const name of Object.keys(dependencies ?? {})) {
      const found = resolve(name, from);
      if (found === undefined) throw new Error(`${name}, needed by ${from}, is not in package-lock.json`);
      if (needed.get(found) === true || (needed.has(found) && !required)) continue;
      needed.set(found, required);
      visit(lock[found].dependencies, found, required);
      visit(lock[found].optionalDependencies, found, false);
    }
  };
  visit(manifest.dependencies, 'runtime', true);
  return needed;
}

function shrinkwrap() {
  const { name, version, license, dependencies, bin, engines } = manifest;
  const packages = { '': { name, version, license, dependencies, bin, engines } };
  const paths = [...reach()].map(([from, required]) => [from.replace(/^runtime\//, ''), from, required]);
  for (const [path, from, required] of paths.sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (packages[path] !== undefined) throw new Error(`two versions of ${path}: install again from the root`);
    const { dev, peer, devOptional, optional, resolved, ...entry } = lock[from];
    packages[path] = required ? entry : { ...entry, optional: true };
  }
  return `${JSON.stringify({ name, version, lockfileVersion: 3, requires: true, packages }, null, 2)}\n`;
}

const text = shrinkwrap();
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('runtime/npm-shrinkwrap.json is not what package-lock.json says: run `node runtime/scripts/update-shrinkwrap.mjs`');
  process.exitCode = 1;
}
