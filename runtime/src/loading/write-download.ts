import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { LoadingError } from './problems';

export interface DownloadLimits {
  /** Largest archive. */
  readonly maxBytes: number;
  /** Longest wait for the first or the next byte. */
  readonly stallTimeoutMs: number;
}

/**
 * Writes `source` to a new file, bounded in length and in silence.
 *
 * @param expected length the store announced; a shorter or longer body is an error worth another attempt.
 * @throws LoadingError LOAD_TOO_LARGE, LOAD_FAILED
 */
export async function writeDownload(
  source: AsyncIterable<Uint8Array>,
  file: string,
  expected: number | undefined,
  limits: DownloadLimits,
  shown: string,
  signal?: AbortSignal,
): Promise<void> {
  let received = 0;
  async function* bounded(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      received += chunk.byteLength;
      checkLength(received, limits.maxBytes, shown);
      yield chunk;
    }
  }
  await pipeline(bounded(), createWriteStream(file, { mode: 0o600 }), signal ? { signal } : {});
  if (expected !== undefined && received !== expected) {
    throw new LoadingError(
      'LOAD_FAILED',
      shown,
      {
        what: 'the transfer ended early',
        got: `${received} bytes`,
        allowed: `${expected} bytes, as announced`,
        remedy: 'Check the store and the proxies in between.',
      },
      true,
    );
  }
}

export function checkLength(bytes: number, maxBytes: number, shown: string): void {
  if (bytes <= maxBytes) return;
  throw new LoadingError('LOAD_TOO_LARGE', shown, {
    what: 'the archive is too large',
    got: `${bytes} bytes or more`,
    allowed: `at most ${maxBytes} bytes`,
    remedy: 'Check that the address names the model package and nothing else.',
  });
}

/** A signal that fires when the outer one does, or when `feed` was not called for `ms`. */
export class StallGuard {
  private readonly controller = new AbortController();
  private readonly onAbort = (): void => this.controller.abort(this.outer?.reason);
  private timer: NodeJS.Timeout | undefined;
  stalled = false;

  constructor(
    private readonly ms: number,
    private readonly outer?: AbortSignal,
  ) {
    outer?.throwIfAborted();
    outer?.addEventListener('abort', this.onAbort, { once: true });
    this.feed();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  feed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.stalled = true;
      this.controller.abort();
    }, this.ms);
  }

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.feed();
      yield chunk;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.onAbort);
  }
}
