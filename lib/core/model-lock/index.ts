export {
  checkRequest,
  type MlflowReference,
  type OciReference,
  parseMlflow,
  parseOci,
  parseWandb,
  type WandbReference,
} from './check-request';
export { LOCK_FILE, LOCK_REMEDY, type LockEntries, lockFile, readLock, writeLock } from './lock-file';
export { cacheDirectory, cachedPackage, openLocked } from './open-locked';
export { lockProblems } from './problems';
export { type LockEntry, type SourceKind, type SourceRequest, sourceKey } from './source-request';
export { installedResolver, installResolver, type SourceResolver } from './source-resolver';
