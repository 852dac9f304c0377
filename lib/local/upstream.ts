import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { AnswerRelay } from './answer-relay';

export interface OutgoingRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

/** A ready replica as the load balancer sees it: connections, and how many requests are in progress on it. */
export class Upstream {
  inFlight = 0;
  private readonly pool: Pool;

  /** @param timeoutMs longest silence of the replica, above its own request timeout. */
  constructor(
    readonly origin: string,
    timeoutMs: number,
  ) {
    this.pool = new Pool(origin, { headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  }

  /** Passes a request on and streams the answer. Rejects before the first byte of it went out, or breaks it off. */
  async send(request: OutgoingRequest, response: ServerResponse): Promise<void> {
    this.inFlight++;
    try {
      await new Promise<void>((resolve, reject) => {
        this.pool.dispatch(request, new AnswerRelay(response, resolve, reject));
      });
    } finally {
      this.inFlight--;
    }
  }

  /** Requests in progress fail: call it when the replica is gone or idle. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
