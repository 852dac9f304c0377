import { type Caller, PartCaller, withinTime } from '../inference';
import { StepTimeoutError } from './step-error';

/**
 * Runs work for as long as a step may take.
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
  return withinTime(timeoutMs, new PartCaller(around), () => new StepTimeoutError(), work);
}

/** Waits for all; when one fails, those that have not started need not. */
export async function allOrNone<T>(
  around: Caller,
  works: readonly ((caller: Caller) => Promise<T>)[],
): Promise<T[]> {
  if (works.length === 1) return [await works[0]!(around)];
  const caller = new PartCaller(around);
  try {
    return await Promise.all(works.map((work) => work(caller)));
  } catch (error) {
    caller.giveUp();
    throw error;
  }
}
