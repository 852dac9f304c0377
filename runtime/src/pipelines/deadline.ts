import type { Caller } from '../inference';
import { StepTimeoutError } from './step-error';

/** Who waits for a step: gone when the request is, and when the step is given up. */
export class StepCaller implements Caller {
  private over = false;

  constructor(private readonly around: Caller) {}

  get gone(): boolean {
    return this.over || this.around.gone;
  }

  /** What has not started by now need not start. */
  giveUp(): void {
    this.over = true;
  }
}

/**
 * Runs work for as long as a step may take; what is given up is not started any more, and its result is dropped.
 *
 * @param timeoutMs null: as long as the caller waits.
 * @throws StepTimeoutError
 */
export async function withDeadline<T>(
  timeoutMs: number | null,
  around: Caller,
  work: (caller: Caller) => Promise<T>,
): Promise<T> {
  if (timeoutMs === null) return work(around);
  const caller = new StepCaller(around);
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      caller.giveUp();
      reject(new StepTimeoutError());
    }, timeoutMs);
  });
  try {
    const result = await Promise.race([work(caller), expired]);
    // A run on this thread holds up the timer that would have said so.
    if (performance.now() - start > timeoutMs) throw new StepTimeoutError();
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for all; when one fails, those that have not started need not. */
export async function allOrNone<T>(
  around: Caller,
  works: readonly ((caller: Caller) => Promise<T>)[],
): Promise<T[]> {
  if (works.length === 1) return [await works[0]!(around)];
  const caller = new StepCaller(around);
  try {
    return await Promise.all(works.map((work) => work(caller)));
  } catch (error) {
    caller.giveUp();
    throw error;
  }
}
