import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ProblemError } from '../../contract';
import { RequestError } from '../../errors';
import { errorBody } from './error-body';
import { requestId } from './request-id';

export interface HttpListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Longest time a request may take to arrive, milliseconds. */
  readonly requestTimeoutMs: number;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Above the time after which load balancers drop idle connections: they, not this server, must be the first. That is
 * 60 s, or somewhat more than the longest request.
 */
const KEEP_ALIVE_MS = 72_000;
const KEEP_ALIVE_MARGIN_MS = 12_000;
const MAX_HEADERS_MS = 20_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** A server on one address that can be closed without losing a request. */
export class HttpListener {
  /** @throws ProblemError LISTENER_FAILED */
  static async open(options: HttpListenerOptions, handle: Handle): Promise<HttpListener> {
    const server = createServer({
      keepAliveTimeout: Math.max(KEEP_ALIVE_MS, options.requestTimeoutMs + KEEP_ALIVE_MARGIN_MS),
      headersTimeout: Math.min(MAX_HEADERS_MS, options.requestTimeoutMs),
      // A second later than the handler, whose answer says more.
      requestTimeout: options.requestTimeoutMs + 1000,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    server.on('request', handle);
    // The handler tells the caller to go on once it wants the body.
    server.on('checkContinue', handle);
    server.on('clientError', refuse);
    await listen(server, options);
    return new HttpListener(server);
  }

  private constructor(private readonly server: Server) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /**
   * Stops listening and waits until every connection is done.
   *
   * @returns false when connections had to be cut at the deadline.
   */
  async close(timeoutMs: number): Promise<boolean> {
    const closed = new Promise<true>((resolve) => this.server.close(() => resolve(true)));
    const sweeper = setInterval(() => this.server.closeIdleConnections(), 50);
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const complete = await Promise.race([closed, expired]);
    clearInterval(sweeper);
    clearTimeout(timer);
    this.server.closeAllConnections();
    return complete;
  }
}

function listen(server: Server, { host, port }: HttpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const at = `${host}:${port}`;
      const remedy = 'Free the address, or configure another one.';
      reject(new ProblemError([{ code: 'LISTENER_FAILED', at, what: error.message, remedy }]));
    });
    server.listen({ host, port }, resolve);
  });
}

/** Answers what never became a request. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code);
  const id = requestId(undefined);
  const body = errorBody(refusal, id);
  const head = [
    `HTTP/1.1 ${refusal.http} ${refusal.code}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusalOf(code: string | undefined): RequestError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RequestError('REQUEST_HEADERS_TOO_LARGE', `The headers exceed ${MAX_HEADER_BYTES} bytes.`);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RequestError('REQUEST_BODY_TIMEOUT', 'The request did not arrive in time.');
  }
  return new RequestError('REQUEST_INVALID', 'This is not an HTTP request.');
}
