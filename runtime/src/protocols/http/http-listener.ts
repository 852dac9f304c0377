import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ProblemError } from '../../contract';
import type { TlsFiles } from '../../security';
import { Http2Sessions } from './http2-sessions';
import { OpeningConnections } from './opening-connections';
import { MAX_HEADER_BYTES, refuse, refuseLate } from './refuse';

export interface HttpListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Longest time a request may take to arrive, milliseconds. */
  readonly requestTimeoutMs: number;
  /** @default - plain text */
  readonly tls?: TlsFiles | undefined;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Above the time after which load balancers drop idle connections: they, not this server, must be the first. That is
 * 60 s, or somewhat more than the longest request.
 */
const KEEP_ALIVE_MS = 72_000;
const KEEP_ALIVE_MARGIN_MS = 12_000;
const MAX_HEADERS_MS = 20_000;
const SWEEP_MS = 1000;
/** While the listener closes: time between two looks at what is idle, and looks until a silent connection is cut. */
const CLOSING_SWEEP_MS = 50;
const CLOSING_PATIENCE = 20;

/** A server on one address for HTTP/1.1 and HTTP/2 that can be closed without losing a request. */
export class HttpListener {
  /** @throws ProblemError LISTENER_FAILED */
  static async open(options: HttpListenerOptions, handle: Handle): Promise<HttpListener> {
    const { requestTimeoutMs, tls } = options;
    const limits = {
      keepAliveTimeout: Math.max(KEEP_ALIVE_MS, requestTimeoutMs + KEEP_ALIVE_MARGIN_MS),
      headersTimeout: Math.min(MAX_HEADERS_MS, requestTimeoutMs),
      // A second later than the handler, whose answer says more.
      requestTimeout: requestTimeoutMs + 1000,
      connectionsCheckingInterval: SWEEP_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    const server = tls === undefined ? createServer(limits) : secureServer(limits, tls);
    server.on('request', handle);
    // The handler tells the caller to go on once it wants the body.
    server.on('checkContinue', handle);
    server.on('clientError', refuse);
    const times = { firstMs: limits.headersTimeout, idleMs: limits.keepAliveTimeout };
    await listen(server, options);
    return new HttpListener(server, new Http2Sessions(times, handle), limits.headersTimeout);
  }

  private readonly opening: OpeningConnections;
  private readonly sweeper: NodeJS.Timeout;

  private constructor(
    private readonly server: Server | SecureServer,
    private readonly http2: Http2Sessions,
    headersTimeoutMs: number,
  ) {
    const isSecure = 'setSecureContext' in server;
    const event = isSecure ? 'secureConnection' : 'connection';
    const [http1] = server.listeners(event) as [(socket: Socket) => void];
    server.off(event, http1);
    this.opening = new OpeningConnections(headersTimeoutMs, {
      http1: (socket) => {
        http1.call(server, socket);
        socket.resume();
      },
      http2: (socket) => http2.take(socket),
      late: refuseLate,
    });
    if (isSecure) server.on('connection', (socket: Socket) => this.opening.await(socket));
    server.on(event, (socket: Socket) => {
      if (isSecure) this.opening.secured(socket);
      if ((socket as TLSSocket).alpnProtocol === 'h2') http2.take(socket);
      else this.opening.take(socket);
    });
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

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
    this.http2.drain();
    const sweeper = setInterval(() => this.sweepClosing(), CLOSING_SWEEP_MS);
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const complete = await Promise.race([closed, expired]);
    clearInterval(sweeper);
    clearInterval(this.sweeper);
    clearTimeout(timer);
    this.server.closeAllConnections();
    this.http2.cut();
    this.opening.cutSilent(0);
    return complete;
  }

  private sweep(): void {
    const now = performance.now();
    this.opening.sweep(now);
    this.http2.sweep(now);
  }

  private sweepClosing(): void {
    this.server.closeIdleConnections();
    this.opening.cutSilent(CLOSING_PATIENCE);
    this.http2.sweep(performance.now());
  }
}

function secureServer(limits: object, tls: TlsFiles): SecureServer {
  const ALPNProtocols = ['h2', 'http/1.1'];
  const server = createSecureServer({ ...limits, ...tls.server, ...tls.context, ALPNProtocols });
  tls.onChange((context) => server.setSecureContext(context));
  // Nobody is there to read an answer: the two never agreed on how to speak.
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (error, socket) => {
    tls.refused(error);
    socket.destroy();
  });
  return server;
}

function listen(server: Server | SecureServer, { host, port }: HttpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const at = `${host}:${port}`;
      const remedy = 'Free the address, or configure another one.';
      reject(new ProblemError([{ code: 'LISTENER_FAILED', at, what: error.message, remedy }]));
    });
    server.listen({ host, port }, resolve);
  });
}
