import { existsSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '@inferstack/runtime/contract';
import { type ModelPackage, openModelPackage, packageDigest } from '@inferstack/runtime/model';
import { LOCK_FILE, LOCK_REMEDY, lockFile, readLock } from './lock-file';
import { type LockEntry, type SourceRequest, sourceKey } from './source-request';
import { installedResolver } from './source-resolver';

const CACHE = path.join('.inferstack', 'models');

/** Packages by digest, below the working directory. Nothing in it needs to be kept: the lock finds it again. */
export const cacheDirectory = (): string => path.resolve(CACHE);

/** Where the package of a digest is in the cache, or would be. */
export const cachedPackage = (digest: string): string =>
  path.join(cacheDirectory(), digest.replace(':', '-'));

/**
 * Opens the package that the lock names for a source. Reads the lock and the cache alone, never the network.
 *
 * @throws ProblemError LOCK_*, or what is wrong with the package itself.
 */
export function openLocked(request: SourceRequest): ModelPackage {
  const entry = installedResolver()?.(request) ?? lockedEntry(request);
  return openCached(sourceKey(request), entry);
}

function lockedEntry(request: SourceRequest): LockEntry {
  const key = sourceKey(request);
  const entries = readLock();
  if (entries === undefined) {
    throw new ProblemError([
      {
        code: 'LOCK_MISSING',
        at: key,
        what: 'there is no lock file',
        allowed: lockFile(),
        remedy: LOCK_REMEDY,
      },
    ]);
  }
  if (Object.hasOwn(entries, key)) return entries[key]!;
  throw new ProblemError([
    {
      code: 'LOCK_ENTRY_MISSING',
      at: key,
      what: `${LOCK_FILE} has no entry for this source`,
      allowed: Object.keys(entries).join(', ') || 'none is locked',
      remedy: LOCK_REMEDY,
    },
  ]);
}

/** The digest speaks first: what else is wrong with a package that nobody locked does not matter. */
function openCached(key: string, { digest }: LockEntry): ModelPackage {
  const directory = cachedPackage(digest);
  if (!existsSync(directory)) {
    throw new ProblemError([
      {
        code: 'LOCK_CACHE_MISSING',
        at: key,
        what: 'the locked package is not in the cache',
        got: digest,
        allowed: `a package in ${path.relative('', directory)}`,
        remedy:
          'Run `npx inferstack model fetch`: it downloads what the lock names, and changes nothing else.',
      },
    ]);
  }
  const got = packageDigest(directory).digest;
  if (got === digest) return openModelPackage(directory);
  throw new ProblemError([
    {
      code: 'LOCK_CACHE_MISMATCH',
      at: key,
      what: `the package in ${path.relative('', directory)} was changed`,
      got,
      allowed: digest,
      remedy: 'Run `npx inferstack model fetch`: it replaces a package that was changed.',
    },
  ]);
}
