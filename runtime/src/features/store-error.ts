/** Why the store has no answer: `timeout` in time, `error` at all. */
export type StoreFailure = 'timeout' | 'error';

/** A store that did not answer as it should. The message is for the log: it names no key, no value, no credentials. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly failure: StoreFailure,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
