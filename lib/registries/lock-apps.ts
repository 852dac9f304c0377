import path from 'node:path';
import { throwProblems } from '@inferstack/runtime/contract';
import type { LockEntries, LockEntry } from '../core/model-lock';
import { runApp } from '../local/run-app';
import type { LockNotes } from './lock-preload';

/**
 * Runs apps and returns the entries of all their sources from registries, with the packages in the cache.
 *
 * @throws ProblemError REGISTRY_* of what could not be resolved, or LOCAL_APP_* when an app fails by itself.
 */
export async function lockApps(apps: readonly string[]): Promise<LockEntries> {
  const locked: Record<string, LockEntry> = {};
  for (const app of apps) {
    const { noted, failure } = await runApp({
      app,
      preload: preloadFile(),
      resultVariable: 'INFERSTACK_LOCK_NOTES',
    });
    const { entries, problems } = JSON.parse(noted ?? '{"entries":{},"problems":[]}') as LockNotes;
    // A source that cannot be resolved fails the app: it is the cause.
    throwProblems(problems, app);
    if (failure !== undefined) throwProblems([failure]);
    Object.assign(locked, entries);
  }
  return locked;
}

/** Beside this file, compiled or not. */
function preloadFile(): string {
  return path.join(__dirname, `lock-preload${path.extname(__filename)}`);
}
