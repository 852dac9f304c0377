import { Agent } from 'node:http';
import { call } from '../../runtime/support/http-client';

const CALLERS = 6;

/** What callers saw. */
export interface Seen {
  requests: number;
  /** Not answered with 200, or not at all. */
  lost: number;
  /** Answered by the candidate. */
  exposed: number;
  /** Callers' clock when the candidate answered first, milliseconds. */
  firstExposed: number | undefined;
  last: string | undefined;
}

/** Callers that ask one after the other, each for a row of its own, until told to stop. */
export class Traffic {
  readonly seen: Seen = { requests: 0, lost: 0, exposed: 0, firstExposed: undefined, last: undefined };
  private readonly agent = new Agent({ keepAlive: true });
  private readonly callers: Promise<void>[];
  private stopped = false;

  /** @param row gives the i-th row. */
  constructor(
    private readonly port: number,
    private readonly row: (i: number) => readonly [number, number],
  ) {
    started.add(this);
    this.callers = Array.from({ length: CALLERS }, () => this.ask());
  }

  async stop(): Promise<Seen> {
    this.stopped = true;
    started.delete(this);
    await Promise.all(this.callers);
    this.agent.destroy();
    return this.seen;
  }

  private async ask(): Promise<void> {
    const { agent, seen } = this;
    while (!this.stopped) {
      const [width, height] = this.row(seen.requests++);
      const body = { rows: [{ width, height }] };
      const reply = await call(this.port, 'POST', '/v2/models/echo/predict', { agent, body }).catch(
        () => undefined,
      );
      if (reply?.status !== 200) seen.lost++;
      seen.last = reply?.json?.model_version;
      if (seen.last !== '2') continue;
      seen.exposed++;
      seen.firstExposed ??= performance.now();
    }
  }
}

const started = new Set<Traffic>();

/** For afterEach: ends what a failed test left. */
export async function endTraffic(): Promise<void> {
  for (const traffic of started) await traffic.stop();
}

/** Rows spread evenly over 0 to 1, in no order that a share of the requests could fall in step with. */
export const even = (i: number): readonly [number, number] => {
  const at = (i * 0.7548776662466927) % 1;
  return [at, 1 - at];
};
