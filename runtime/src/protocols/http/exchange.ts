import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../errors';
import { DEGRADED_HEADER, type Degradation, degradationText, type RequestStages } from '../../inference';
import { errorBody } from './error-body';
import { jsonReply, type Reply, replyBytes } from './reply';
import { requestId } from './request-id';

/** Called once for every exchange, with the status that was sent (499 when nobody was there to take it). */
export type OnReply = (exchange: Exchange, status: number, error: RequestError | undefined) => void;

/** How a protocol tells an error. */
export type ErrorReply = (
  error: RequestError,
  requestId: string,
  request: IncomingMessage,
) => { readonly status: number; readonly reply: Reply };

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
  degradations: readonly Degradation[] | undefined;
  /** The route as a path with names for what differs between requests. @default - one of the own protocol */
  template: string | undefined;
  /** How errors are told. @default - as the own protocol does */
  errorReply: ErrorReply = ownError;
  private aborter: AbortController | undefined;

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

  /** Aborts when nobody would read a reply any more; made for those who ask. */
  get signal(): AbortSignal {
    if (this.aborter === undefined) {
      const aborter = new AbortController();
      this.aborter = aborter;
      if (this.gone) aborter.abort();
      else this.response.once('close', () => aborter.abort());
    }
    return this.aborter.signal;
  }

  get elapsedMs(): number {
    return performance.now() - this.start;
  }

  /** Value of a request header, by lower-case name. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return typeof value === 'string' ? value : value?.[0];
  }

  json(status: number, body: string): void {
    this.reply(status, jsonReply(body), undefined);
  }

  /** Answers with what a model gave. */
  send(reply: Reply): void {
    const { degradations } = this;
    if (degradations === undefined) this.reply(reply.status ?? 200, reply, undefined);
    else {
      const headers = [...reply.headers, DEGRADED_HEADER, degradationText(degradations)];
      this.reply(reply.status ?? 200, { ...reply, headers }, undefined);
    }
  }

  text(contentType: string, body: string): void {
    this.reply(200, { ...jsonReply(body), contentType }, undefined);
  }

  /** Answers with the error; what is not a RequestError is a fault of the runtime, and its text stays inside. */
  fail(cause: unknown, headers: readonly string[] = []): void {
    const error =
      cause instanceof RequestError
        ? cause
        : new RequestError('INTERNAL', 'The server failed; its log has the request id.', { cause });
    const retry =
      error.retryAfterSeconds === undefined ? [] : ['retry-after', String(error.retryAfterSeconds)];
    if (error.code === 'REQUEST_UNAUTHENTICATED') retry.push('www-authenticate', 'Bearer');
    const { status, reply } = this.errorReply(error, this.id, this.request);
    this.reply(status, { ...reply, headers: [...reply.headers, ...headers, ...retry] }, error);
  }

  private reply(status: number, reply: Reply, error: RequestError | undefined): void {
    if (this.replied) return;
    this.replied = true;
    this.aborter?.abort();
    const { response } = this;
    if (response.destroyed || response.socket === null) {
      this.onReply(this, 499, undefined);
      return;
    }
    const headers = ['content-type', reply.contentType, 'content-length', String(replyBytes(reply))];
    headers.push('x-request-id', this.id, ...reply.headers);
    if (this.mustClose()) headers.push('connection', 'close');
    response.writeHead(status, headers);
    const { parts } = reply;
    for (let i = 0; i < parts.length - 1; i++) response.write(parts[i]);
    response.end(parts.at(-1));
    this.onReply(this, status, error);
  }
}

function ownError(error: RequestError, requestId: string): ReturnType<ErrorReply> {
  return { status: error.http, reply: jsonReply(errorBody(error, requestId)) };
}
