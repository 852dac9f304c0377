import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { requestHeaders } from './headers';
import { listen } from './listen';
import { type RequestBody, readRequestBody } from './request-body';
import { RequestStats, type StatsSnapshot } from './request-stats';
import type { Upstream } from './upstream';

/** Attempts for one request, the first included. */
const ATTEMPTS = 3;
const KEEP_ALIVE_MS = 60_000;

/**
 * Spreads requests over the ready replicas, the least busy first. Adds nothing to what client and replica say.
 *
 * A request is sent again, to another replica where there is one, when its connection failed before the first byte
 * of an answer and its body is held (up to 1 MiB with a known length). Predictions change nothing, so that is safe.
 */
export class LoadBalancer {
  private readonly server: Server;
  private readonly stats = new RequestStats();
  private draining = false;
  private inFlight = 0;
  private turn = 0;

  /** @param ready replicas that may take requests now. */
  constructor(private readonly ready: () => readonly Upstream[]) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.handle(request, response);
    });
  }

  listen(port: number, exact: boolean): Promise<string> {
    return listen(this.server, port, exact);
  }

  snapshot(): StatsSnapshot & { readonly inFlight: number } {
    return { ...this.stats.snapshot(performance.now()), inFlight: this.inFlight };
  }

  /** Accepts no further connection and waits for the requests in progress, at most `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.draining = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.closeWhenIdle();
    const deadline = setTimeout(() => this.server.closeAllConnections(), timeoutMs);
    await closed;
    clearTimeout(deadline);
  }

  /** Breaks off what is in progress. */
  abort(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    this.inFlight++;
    response.sendDate = false;
    if (this.draining) response.shouldKeepAlive = false;
    response.on('close', () => {
      this.inFlight--;
      const failed = response.statusCode >= 500 || !response.writableFinished;
      this.stats.record(performance.now() - start, failed, performance.now());
      this.closeWhenIdle();
    });
    try {
      const body = await readRequestBody(request);
      await this.forward(request, response, body);
    } catch {
      // The client went away while it sent the body: nobody is left to answer.
      response.destroy();
    }
  }

  private async forward(
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
  ): Promise<void> {
    const headers = requestHeaders(request.rawHeaders, request.headers.connection);
    const method = request.method as Dispatcher.HttpMethod;
    const outgoing = { method, path: request.url!, headers, body: body.content };
    const tried = new Set<Upstream>();
    for (let attempt = 1; ; attempt++) {
      const upstream = this.choose(tried);
      if (upstream === undefined) return refuse(response, 503, 'no replica is ready');
      tried.add(upstream);
      try {
        return await upstream.send(outgoing, response);
      } catch (error) {
        if (response.destroyed) return;
        if (response.headersSent) return void response.destroy();
        if (isTimeout(error)) return refuse(response, 504, 'the replica did not answer in time');
        if (!body.replayable || attempt >= ATTEMPTS)
          return refuse(response, 502, 'the replica closed the connection');
      }
    }
  }

  /** Least requests in progress; among equals in turn. One that failed already only when there is no other. */
  private choose(tried: ReadonlySet<Upstream>): Upstream | undefined {
    const all = this.ready();
    const fresh = all.filter((upstream) => !tried.has(upstream));
    const candidates = fresh.length > 0 ? fresh : all;
    const start = this.turn++;
    let best: Upstream | undefined;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[(start + i) % candidates.length]!;
      if (best === undefined || candidate.inFlight < best.inFlight) best = candidate;
    }
    return best;
  }

  private closeWhenIdle(): void {
    if (this.draining && this.inFlight === 0) setImmediate(() => this.server.closeIdleConnections());
  }
}

function isTimeout(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const retry = status === 503 ? { 'retry-after': '1' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...retry });
  response.end(JSON.stringify({ error: message }));
}
