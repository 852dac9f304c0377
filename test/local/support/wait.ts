import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds. Bounded by the timeout of the test alone: nothing depends on how long it takes. */
export async function until<T>(condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    await sleep(20);
  }
}

/** Whether a process exists (a zombie does not count). */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
