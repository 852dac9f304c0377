import type { Caller } from './executor';

/** Who waits for a part of a request: gone when the request is, and when the part is given up. */
export class PartCaller implements Caller {
  private over = false;

  constructor(protected readonly around: Caller) {}

  get gone(): boolean {
    return this.over || this.around.gone;
  }

  /** What has not started by now need not start. */
  giveUp(): void {
    this.over = true;
  }
}

/**
 * Runs a part of a request for as long as it may take; what is given up is not started any more, and its result is
 * dropped.
 *
 * @param late what is thrown when the time is over.
 */
export async function withinTime<T, C extends PartCaller>(
  timeMs: number,
  caller: C,
  late: () => Error,
  work: (caller: C) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      caller.giveUp();
      reject(late());
    }, timeMs);
  });
  try {
    const result = await Promise.race([work(caller), expired]);
    // A run on this thread holds up the timer that would have said so.
    if (performance.now() - start > timeMs) throw late();
    return result;
  } finally {
    clearTimeout(timer);
  }
}
