import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '@inferstack/runtime/contract';
import { type ModelPackage, openModelPackage, packageDigest } from '@inferstack/runtime/model';
import {
  cacheDirectory,
  cachedPackage,
  type LockEntry,
  type SourceRequest,
  sourceKey,
} from '../core/model-lock';
import { findPackage, ignoreInGit } from './find-package';
import { locateDvc } from './locate-dvc';
import { locateMlflow } from './locate-mlflow';
import { locateOci } from './locate-oci';
import { locateUri } from './locate-uri';
import { locateWandb } from './locate-wandb';
import type { Environment, Located } from './located';

/**
 * Finds the package of a source and puts it into the cache.
 *
 * @throws ProblemError REGISTRY_*, LOAD_*, ARCHIVE_*, or what is wrong with the package itself.
 */
export async function resolveSource(
  request: SourceRequest,
  env: Environment = process.env,
): Promise<LockEntry> {
  const located = await locate(request, env);
  const cache = cacheDirectory();
  await ignoreInGit(cache);
  // Same volume as the cache, so that the rename is atomic.
  const work = await mkdtemp(path.join(cache, '.work-'));
  try {
    const artifact = path.join(work, 'artifact');
    await mkdir(artifact);
    await located.fetchInto(artifact);
    const pkg = await openFetched(sourceKey(request), artifact);
    await moveIntoCache(pkg);
    const model = `${pkg.manifest.name} ${pkg.manifest.version}`;
    return { digest: pkg.digest, model, resolved: located.resolved };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function locate(request: SourceRequest, env: Environment): Promise<Located> {
  switch (request.kind) {
    case 'uri':
      return locateUri(request);
    case 'mlflow':
      return locateMlflow(request, env);
    case 'dvc':
      return locateDvc(request);
    case 'oci':
      return locateOci(request, env);
    case 'wandb':
      return locateWandb(request, env);
  }
}

/** Names the source in the problems of the package: the reader never sees the temporary directory. */
async function openFetched(key: string, artifact: string): Promise<ModelPackage> {
  try {
    return openModelPackage(await findPackage(key, artifact));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const at = (place: string): string =>
      place.startsWith(key) ? place : `${key}: ${place.replace(artifact, '')}`;
    throw new ProblemError(
      error.problems.map((problem) => ({ ...problem, at: at(problem.at) })),
      key,
    );
  }
}

async function moveIntoCache({ directory, digest }: ModelPackage): Promise<void> {
  const target = cachedPackage(digest);
  if (isCached(digest)) return;
  await rm(target, { recursive: true, force: true });
  await rename(directory, target);
}

/** Whether the cache holds the very package; whatever else is there is replaced. */
export function isCached(digest: string): boolean {
  const directory = cachedPackage(digest);
  if (!existsSync(directory)) return false;
  try {
    return packageDigest(directory).digest === digest;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
