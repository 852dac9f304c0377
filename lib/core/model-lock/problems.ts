import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what can go wrong with a model that comes from a registry, when the app is synthesized. */
export const lockProblems = {
  SOURCE_INVALID: 'The address of a model in a registry has not the form of its kind, or holds a secret.',
  LOCK_MISSING: 'The app takes a model from a registry, and there is no lock file.',
  LOCK_INVALID: 'The lock file has not the documented form.',
  LOCK_ENTRY_MISSING: 'The lock file has no entry for a source of the app.',
  LOCK_CACHE_MISSING: 'The locked package is not in the local cache.',
  LOCK_CACHE_MISMATCH: 'The package in the local cache is not the locked one.',
} as const satisfies ProblemCatalogue;
