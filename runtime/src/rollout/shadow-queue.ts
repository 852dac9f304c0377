export interface ShadowQueueOptions {
  /** Comparisons that wait at most. */
  readonly capacity: number;
  readonly onDropped: () => void;
}

/**
 * Runs the candidate on requests that were answered already: one at a time, after the answer has left, and never more
 * than the queue holds. A candidate that is slow makes comparisons fewer, not callers wait.
 */
export class ShadowQueue {
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = false;
  private onSettled: (() => void) | undefined;

  constructor(private readonly options: ShadowQueueOptions) {}

  get length(): number {
    return this.waiting.length;
  }

  add(compare: () => Promise<void>): void {
    if (this.waiting.length >= this.options.capacity) {
      this.options.onDropped();
      return;
    }
    this.waiting.push(compare);
    if (!this.running) {
      this.running = true;
      // In a later turn of the event loop: the answer goes first.
      setImmediate(() => void this.drain());
    }
  }

  /** Resolves when nothing waits or runs. */
  async settled(): Promise<void> {
    if (!this.running) return;
    await new Promise<void>((resolve) => {
      this.onSettled = resolve;
    });
  }

  clear(): void {
    this.waiting.length = 0;
  }

  private async drain(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await next();
    this.running = false;
    this.onSettled?.();
  }
}
