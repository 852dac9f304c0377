import fs from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';
import type { ModelPackage } from './model-package';

/** Fixed, since a package is its bytes and names: neither times nor modes are part of the digest. */
const MODIFIED = new Date('2000-01-01T00:00:00Z');
const MODE = 0o644;

/**
 * Writes the hashed files of a package, and nothing else, as a .tar.gz with the files at its top. The same package gives
 * the same bytes on every machine: times, modes, owners and the order are fixed, and the gzip stream is only stored.
 * Weights hardly compress, while the output of deflate depends on the version of zlib and on the processor.
 */
export function writeModelArchive(pkg: Pick<ModelPackage, 'directory' | 'files'>, file: string): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  tar.create(
    {
      file,
      cwd: pkg.directory,
      sync: true,
      gzip: { level: 0 },
      portable: true,
      strict: true,
      mtime: MODIFIED,
      noDirRecurse: true,
      statCache: new Map(pkg.files.map((entry) => plainStats(pkg.directory, entry.path))),
    },
    // A leading @ would mean the contents of another archive.
    pkg.files.map((entry) => (entry.path.startsWith('@') ? `./${entry.path}` : entry.path)),
  );
}

/** Hard links would become link entries, and the mode would depend on who checked the files out. */
function plainStats(directory: string, file: string): [string, fs.Stats] {
  const full = path.resolve(directory, file);
  const stats = fs.statSync(full);
  stats.mode = fs.constants.S_IFREG | MODE;
  stats.nlink = 1;
  return [full, stats];
}
