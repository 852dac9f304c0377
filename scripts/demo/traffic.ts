import { Pool } from 'undici';
import type { LabelledRow } from './held-out';

/** What callers saw. */
export interface Seen {
  requests: number;
  /** Not answered with 200, or not at all. */
  lost: number;
  /** Answered by the candidate. */
  exposed: number;
  /** When the candidate answered first and last, milliseconds of `performance.now()`. */
  firstExposed: number | undefined;
  lastExposed: number | undefined;
}

/** Callers that ask one after the other, each for one row, until they are told to stop. */
export class Traffic {
  readonly seen: Seen = { requests: 0, lost: 0, exposed: 0, firstExposed: undefined, lastExposed: undefined };
  private readonly pool: Pool;
  private readonly bodies: readonly string[];
  private readonly callers: readonly Promise<void>[];
  private stopped = false;

  constructor(
    url: string,
    private readonly path: string,
    rows: readonly LabelledRow[],
    { callers, candidate }: { readonly callers: number; readonly candidate: string },
  ) {
    this.pool = new Pool(url, { connections: callers });
    this.bodies = rows.map(({ features }) => JSON.stringify({ rows: [features] }));
    this.callers = Array.from({ length: callers }, () => this.call(candidate));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.callers);
    await this.pool.close();
  }

  private async call(candidate: string): Promise<void> {
    const { seen, bodies } = this;
    while (!this.stopped) {
      const version = await this.ask(bodies[seen.requests++ % bodies.length]!);
      if (version === undefined) seen.lost++;
      if (version !== candidate) continue;
      seen.exposed++;
      seen.firstExposed ??= performance.now();
      seen.lastExposed = performance.now();
    }
  }

  /** The version that answered; undefined when the request was lost. */
  private async ask(body: string): Promise<string | undefined> {
    const headers = { 'content-type': 'application/json' };
    try {
      const response = await this.pool.request({ method: 'POST', path: this.path, headers, body });
      const text = await response.body.text();
      return response.statusCode === 200
        ? (JSON.parse(text) as { model_version: string }).model_version
        : undefined;
    } catch {
      return undefined;
    }
  }
}
