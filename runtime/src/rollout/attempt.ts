import { RequestError } from '../errors';
import type { Caller, RequestStages } from '../inference';

/** A request as the candidate sees it: over when the caller is gone, or when the candidate has had its time. */
export class Attempt implements Caller {
  expired = false;

  constructor(private readonly caller: Caller | undefined) {}

  get gone(): boolean {
    return this.expired || this.caller?.gone === true;
  }

  get stages(): RequestStages | undefined {
    return this.caller?.stages;
  }

  set rows(rows: number) {
    if (this.caller) this.caller.rows = rows;
  }
}

/**
 * Gives an attempt its time and no more.
 *
 * @throws RequestError REQUEST_DEADLINE_EXCEEDED; and whatever the work throws before.
 */
export async function withinTime<T>(attempt: Attempt, timeMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      attempt.expired = true;
      reject(new RequestError('REQUEST_DEADLINE_EXCEEDED', `No answer within ${timeMs} ms.`));
    }, timeMs);
  });
  // When time is over nobody waits for the work any more, and its failure is nobody's.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
