import { LOCK_REMEDY, type LockEntries, type LockEntry } from '../core/model-lock';
import { registryError } from './problems';
import { isCached, resolveSource } from './resolve-source';

export interface FetchedModel {
  readonly source: string;
  readonly model: string;
  readonly digest: string;
  /** False when the cache had it already. */
  readonly downloaded: boolean;
}

/**
 * Brings the cache to what the lock names, from the addresses in the lock: what a build server runs before synthesis.
 *
 * @throws ProblemError LOCK_OUTDATED when an address gives another package than the locked one, REGISTRY_*, LOAD_*.
 */
export async function fetchLocked(entries: LockEntries): Promise<FetchedModel[]> {
  const fetched: FetchedModel[] = [];
  for (const [source, entry] of Object.entries(entries)) {
    const { model, digest } = entry;
    const downloaded = !isCached(digest);
    if (downloaded) await fetchOne(source, entry);
    fetched.push({ source, model, digest, downloaded });
  }
  return fetched;
}

async function fetchOne(source: string, { digest, resolved }: LockEntry): Promise<void> {
  const got = await resolveSource(resolved);
  if (got.digest === digest) return;
  throw registryError('LOCK_OUTDATED', source, {
    what: 'the address in the lock gives another package now',
    got: `${got.model}, ${got.digest}`,
    allowed: digest,
    remedy: `Find out who replaced it. To take the new one: ${LOCK_REMEDY}`,
  });
}
