// Adds the optional packages of other platforms that npm left out of a lockfile, because the registry mirror it was
// made with does not carry them. Without their entries `npm ci` calls the lockfile out of sync on every platform.
// Usage: node scripts/complete-lockfile.mjs [lockfile]
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPUS = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  's390x',
  'loong64',
  'mips64el',
  'mipsel',
  'riscv64',
  'wasm32',
];

/** Platform fields from the naming custom of native packages: `<name>-<os>-<cpu>[-<libc>]`. */
function platformOf(name) {
  const words = name.toLowerCase().split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = CPUS.find((kind) => words.includes(kind)) ?? (words.includes('wasm') ? 'wasm32' : undefined);
  if (!cpu) throw new Error(`${name}: cannot tell the platform from the name; add the entry by hand`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { cpu: [cpu], ...(libc && os === 'linux' && { libc: [libc] }), ...(os && { os: [os] }) };
}

function isLocked(parent, name) {
  for (let at = parent; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

let added = 0;
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(parent, name)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev && { dev: true }),
      optional: true,
      ...platformOf(name),
    };
    added++;
  }
}

const byPath = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
lock.packages = Object.fromEntries(byPath);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${file}: ${added} platform packages added`);
