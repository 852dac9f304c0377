import { type ProblemCatalogue, ProblemError } from '../contract';

/** Codes of what can go wrong while a model package is fetched. */
export const loadingProblems = {
  LOAD_URI_INVALID: 'The address of the model package is not one the runtime understands.',
  LOAD_NOT_FOUND: 'There is nothing at the address of the model package.',
  LOAD_ACCESS_DENIED: 'The store refused access to the model package.',
  LOAD_FAILED: 'The store or the network failed, even after retries.',
  LOAD_TOO_LARGE: 'The archive is larger than the runtime downloads.',
  LOAD_CREDENTIALS_FAILED: 'The credentials of the container could not be obtained.',
  LOAD_CACHE_UNUSABLE: 'The cache directory cannot be written, or is full.',
  PACKAGE_DIGEST_MISMATCH: 'The package is not the one that was deployed: its digest differs.',
} as const satisfies ProblemCatalogue;

type LoadingCode = keyof typeof loadingProblems;

/** A fetch that failed; `retryable` when another attempt may succeed. */
export class LoadingError extends ProblemError {
  override readonly name = 'LoadingError';

  constructor(
    code: LoadingCode,
    at: string,
    text: {
      readonly what: string;
      readonly got?: string;
      readonly allowed?: string;
      readonly remedy: string;
    },
    readonly retryable = false,
    /** Least wait before the next attempt that the store asked for. */
    readonly retryAfterMs = 0,
  ) {
    super([{ code, at, ...text }]);
  }
}
