import type { LockEntry, SourceRequest } from './source-request';

/** Finds the package of a source and puts it into the cache, while the app waits. */
export type SourceResolver = (request: SourceRequest) => LockEntry;

// A registered symbol, so that two copies of this library in one process meet at the same place.
const RESOLVER = Symbol.for('inferstack.source-resolver.v1');
type Holder = { [RESOLVER]?: SourceResolver };

/** Makes sources ask `resolver` instead of the lock: `inferstack model lock` runs the app so. */
export function installResolver(resolver: SourceResolver): void {
  (globalThis as Holder)[RESOLVER] = resolver;
}

/** Undefined in a plain synthesis: then the lock alone counts. */
export const installedResolver = (): SourceResolver | undefined => (globalThis as Holder)[RESOLVER];
