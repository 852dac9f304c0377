import { type Problem, type ProblemCatalogue, ProblemError } from '@inferstack/runtime/contract';

/** Codes of what can go wrong while a model is looked up in a registry and locked. */
export const registryProblems = {
  REGISTRY_UNREACHABLE:
    'The registry does not answer, or answers with an error of its own, even after retries.',
  REGISTRY_DENIED: 'The registry refused access.',
  REGISTRY_NOT_FOUND: 'The registry has no such model, version, alias, tag or file.',
  REGISTRY_ANSWER: 'The answer of the registry, or a file of it, has not the documented form.',
  REGISTRY_UNSUPPORTED: 'The artifact is kept in a way that cannot be read from here.',
  REGISTRY_CORRUPT: 'The bytes that came are not those that the registry announced.',
  REGISTRY_SETTING: 'A setting that names the registry is missing or not usable.',
  REGISTRY_NOT_A_PACKAGE: 'The artifact is not an inferstack package.',
  LOCK_OUTDATED: 'The package at a locked address, or the lock itself, is not what it was.',
} as const satisfies ProblemCatalogue;

export type RegistryCode = keyof typeof registryProblems;

type Text = Omit<Problem, 'code' | 'at'>;

export function registryError(code: RegistryCode, at: string, text: Text): ProblemError {
  return new ProblemError([{ code, at, ...text }]);
}
