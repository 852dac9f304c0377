import { setTimeout as sleep } from 'node:timers/promises';
import { LoadingError } from './problems';

export interface RetryOptions {
  readonly attempts: number;
  /** Longest wait before the second attempt; doubles with each further one. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Runs `attempt` until it succeeds or fails for good. Waits are random between 0 and the bound ("full jitter"), so
 * that replicas started together do not come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function withRetries<T>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LoadingError) || !error.retryable || tried >= options.attempts) throw error;
      const bound = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** (tried - 1));
      const wait = Math.max(Math.random() * bound, Math.min(error.retryAfterMs, options.maxDelayMs));
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}
