import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../errors';
import type { RequestStages } from '../../inference';
import { errorBody } from './error-body';
import { requestId } from './request-id';

const JSON_TYPE = 'application/json';

/** Called once for every exchange, with the status that was sent (499 when nobody was there to take it). */
export type OnReply = (exchange: Exchange, status: number, error: RequestError | undefined) => void;

/** One request with its reply. The first reply counts; later ones are dropped. */
export class Exchange {
  readonly start = performance.now();
  readonly id: string;
  replied = false;
  /** For metrics: set as soon as they are known. */
  route = 'other';
  model = '';
  version = '';
  rows: number | undefined;
  /** Who asks, once that is known. */
  subject: string | undefined;
  stages: RequestStages | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly onReply: OnReply,
    private readonly mustClose: () => boolean,
  ) {
    this.id = requestId(request.headers['x-request-id']);
  }

  /** Whether nobody would read a reply any more. */
  get gone(): boolean {
    return this.replied || this.response.destroyed;
  }

  get elapsedMs(): number {
    return performance.now() - this.start;
  }

  json(status: number, body: string): void {
    this.reply(status, JSON_TYPE, body, [], undefined);
  }

  text(contentType: string, body: string): void {
    this.reply(200, contentType, body, [], undefined);
  }

  /** Answers with the error; what is not a RequestError is a fault of the runtime, and its text stays inside. */
  fail(cause: unknown, headers: readonly string[] = []): void {
    const error =
      cause instanceof RequestError
        ? cause
        : new RequestError('INTERNAL', 'The server failed; its log has the request id.', { cause });
    const retry =
      error.retryAfterSeconds === undefined ? [] : ['retry-after', String(error.retryAfterSeconds)];
    this.reply(error.http, JSON_TYPE, errorBody(error, this.id), [...headers, ...retry], error);
  }

  private reply(
    status: number,
    contentType: string,
    body: string,
    extra: readonly string[],
    error: RequestError | undefined,
  ): void {
    if (this.replied) return;
    this.replied = true;
    const { response } = this;
    if (response.destroyed || response.socket === null) {
      this.onReply(this, 499, undefined);
      return;
    }
    const headers = ['content-type', contentType, 'content-length', String(Buffer.byteLength(body))];
    headers.push('x-request-id', this.id, ...extra);
    if (this.mustClose()) headers.push('connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
    this.onReply(this, status, error);
  }
}
