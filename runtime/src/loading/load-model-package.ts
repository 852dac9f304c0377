import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../contract';
import { extractModelArchive, type ModelPackage, openModelPackage, packageDigest } from '../model';
import { download } from './download';
import { explainCacheError, isFileError } from './file-error';
import { type PackageLocation, parsePackageUri } from './package-uri';
import { LoadingError } from './problems';
import type { RetryOptions } from './retry';
import type { DownloadLimits } from './write-download';

export interface PackageReference {
  /** Path, file:, http:, https:, s3:, azblob:, gs:. */
  readonly uri: string;
  /** Digest that was deployed, `sha256:<hex>`. */
  readonly digest: string;
}

export interface LoadingOptions extends DownloadLimits, RetryOptions {}

export const LOADING_OPTIONS: LoadingOptions = {
  maxBytes: 8 * 1024 ** 3,
  stallTimeoutMs: 30_000,
  attempts: 6,
  baseDelayMs: 250,
  maxDelayMs: 10_000,
};

/**
 * Fetches a model package and makes sure that it is the very one that was deployed. A directory is opened where it
 * is; an archive is unpacked below the cache and found there, verified again, by the next process.
 *
 * @throws ProblemError with a LOAD_... code, PACKAGE_DIGEST_MISMATCH, or what is wrong with the package itself.
 */
export async function loadModelPackage(
  reference: PackageReference,
  cacheDirectory: string,
  signal?: AbortSignal,
  options: LoadingOptions = LOADING_OPTIONS,
): Promise<ModelPackage> {
  const location = parsePackageUri(reference.uri);
  if (location.kind === 'local' && (await localKind(location.path, location.shown)) === 'directory') {
    return openVerified(location.path, reference, location.shown);
  }
  try {
    const directory = path.join(cacheDirectory, reference.digest.replace(':', '-'));
    return (
      (await openCached(directory, reference, location.shown)) ??
      (await fetchInto(directory, location, reference, options, signal))
    );
  } catch (error) {
    throw explainCacheError(error, cacheDirectory);
  }
}

async function localKind(file: string, shown: string): Promise<'directory' | 'file'> {
  try {
    return (await stat(file)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM';
    throw new LoadingError(denied ? 'LOAD_ACCESS_DENIED' : 'LOAD_NOT_FOUND', shown, {
      what: denied ? 'this user may not read it' : 'nothing is there',
      got: code,
      allowed: 'a package directory or a .tar.gz of one',
      remedy: 'Check the path and the volume that should hold the package.',
    });
  }
}

/** What an earlier process unpacked, if it is whole; otherwise it is removed. */
async function openCached(
  directory: string,
  reference: PackageReference,
  shown: string,
): Promise<ModelPackage | undefined> {
  try {
    await stat(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return openVerified(directory, reference, shown);
  } catch {
    await rm(directory, { recursive: true, force: true });
    return undefined;
  }
}

async function fetchInto(
  directory: string,
  location: PackageLocation,
  reference: PackageReference,
  options: LoadingOptions,
  signal: AbortSignal | undefined,
): Promise<ModelPackage> {
  await mkdir(path.dirname(directory), { recursive: true });
  // Same volume as the goal, so that the rename is atomic; the name is never the one that is looked up.
  const work = await mkdtemp(`${directory}.`);
  try {
    const archive = path.join(work, 'package.tar.gz');
    await download(location, archive, options, signal);
    const unpacked = path.join(work, 'package');
    await extract(location.kind === 'local' ? location.path : archive, unpacked, location.shown);
    signal?.throwIfAborted();
    const model = openVerified(unpacked, reference, location.shown);
    if (await moveUnlessThere(unpacked, directory)) return { ...model, directory };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return openVerified(directory, reference, location.shown);
}

/** Names the address in the archive's problems: the reader never sees the temporary file. */
async function extract(archive: string, directory: string, shown: string): Promise<void> {
  try {
    await extractModelArchive(archive, directory);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError(error.problems.map((problem) => ({ ...problem, at: shown })));
  }
}

/** Another replica that shares the cache may have been faster: what it put there serves as well. */
async function moveUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (!isFileError(error) || (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST')) throw error;
    return false;
  }
}

/** The digest speaks first: what else is wrong with a package that nobody deployed does not matter. */
function openVerified(directory: string, reference: PackageReference, shown: string): ModelPackage {
  let model: ModelPackage | undefined;
  let failure: unknown;
  try {
    model = openModelPackage(directory);
  } catch (error) {
    failure = error;
  }
  const digest = model?.digest ?? packageDigest(directory).digest;
  if (digest !== reference.digest) throw mismatch(digest, reference.digest, shown);
  if (model === undefined) throw failure;
  return model;
}

function mismatch(got: string, allowed: string, shown: string): LoadingError {
  return new LoadingError('PACKAGE_DIGEST_MISMATCH', shown, {
    what: 'the package is not the one that was deployed',
    got,
    allowed,
    remedy: 'Put back the package that was deployed, or synthesize and deploy again with this one.',
  });
}
