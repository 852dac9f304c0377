/** Work that several callers wait for. It is given up when the last of them has left. */
export class Flight<T> {
  readonly result: Promise<T>;
  private readonly controller = new AbortController();
  private waiting = 0;

  constructor(start: (signal: AbortSignal) => Promise<T>, timeoutMs: number, late: () => Error) {
    const timer = setTimeout(() => this.controller.abort(late()), timeoutMs);
    this.result = start(this.controller.signal).finally(() => clearTimeout(timer));
    // Who left does not look at it any more.
    this.result.catch(() => undefined);
  }

  /** Whether it is over, or was given up: there is nothing to wait for any more. */
  get left(): boolean {
    return this.controller.signal.aborted;
  }

  /**
   * Waits for the result.
   *
   * @throws the reason of `signal`, if that comes first.
   */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    this.waiting += 1;
    try {
      return await (signal === undefined ? this.result : unlessAborted(this.result, signal));
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) this.controller.abort(new Error('nobody waits any more'));
    }
  }
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
