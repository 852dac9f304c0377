import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/**
 * What the client does between two requests. `spin` looks at the clock and the sockets without rest: exact to a few
 * microseconds, needs a core of its own. `nap` sleeps, in steps of 0.05 ms near the time: for a client that shares its
 * cores with the server.
 */
export type Idle = 'spin' | 'nap';

const NAP_MS = 0.05;
const TIMER_MARGIN_MS = 2;

/** Waits at most the given milliseconds and handles what the sockets received meanwhile. */
export function waiter(idle: Idle): (milliseconds: number) => Promise<void> {
  if (idle === 'spin') return () => nextTurn();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return async (milliseconds) => {
    // Timers are late by up to a millisecond, so the last stretch is done in small steps.
    if (milliseconds > TIMER_MARGIN_MS) await sleep(1);
    else {
      Atomics.wait(cell, 0, 0, Math.max(0, Math.min(milliseconds, NAP_MS)));
      await nextTurn();
    }
  };
}
