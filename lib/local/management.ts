import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'undici';
import { listen } from './listen';
import { mergeMetrics, type ReplicaMetrics } from './merge-metrics';
import type { RolloutAction, RolloutWatch } from './rollouts';

const SCRAPE_TIMEOUT_MS = 2000;

export interface ManagementSource {
  /** Replicas that can be asked for metrics, with the origin of their management listener. */
  replicas(): readonly { readonly replica: string; readonly origin: string }[];
  /** Anything that JSON can carry. */
  status(): unknown;
  readonly rollouts: Pick<RolloutWatch, 'current' | 'act'>;
}

const ROLLOUT_ACTION = /^\/rollouts\/([^/]+)\/(promote|rollback|stop)$/;
const MAX_BODY_BYTES = 4096;

/**
 * `GET /metrics`: the metrics of all replicas on one page. `GET /`: their states. `GET /rollouts` and
 * `POST /rollouts/{model}/promote|rollback|stop`: as on a replica, but for all of them.
 */
export class Management {
  private readonly server: Server;

  constructor(private readonly source: ManagementSource) {
    this.server = createServer((incoming, response) => {
      const path = (incoming.url ?? '/').split('?', 1)[0]!;
      const action = ROLLOUT_ACTION.exec(path);
      if (incoming.method === 'POST' && action !== null) return void this.act(incoming, response, action);
      if (incoming.method !== 'GET') return reply(response, 405, 'text/plain', 'only GET\n');
      if (path === '/rollouts') return json(response, 200, { rollouts: source.rollouts.current });
      if (path === '/') return json(response, 200, source.status());
      if (path === '/metrics') return void this.metrics(response);
      reply(response, 404, 'text/plain', 'here are /, /metrics and /rollouts\n');
    });
  }

  listen(port: number, exact: boolean): Promise<string> {
    return listen(this.server, port, exact);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Who asks is judged by the replicas, which know the keys. */
  private async act(
    incoming: IncomingMessage,
    response: ServerResponse,
    [, model, action]: RegExpExecArray,
  ): Promise<void> {
    try {
      const { reason } = await readJson(incoming);
      const demand = { model: decodeURIComponent(model!), action: action as RolloutAction, reason };
      const { status, body } = await this.source.rollouts.act(demand, credentials(incoming));
      json(response, status, body);
    } catch (error) {
      json(response, 400, { error: (error as Error).message });
    }
  }

  private async metrics(response: ServerResponse): Promise<void> {
    const pages = await Promise.all(this.source.replicas().map(scrape));
    const text = mergeMetrics(pages.filter((page) => page !== undefined));
    reply(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
  }
}

/** A replica that does not answer is left out, as it would be by a scraper. */
async function scrape(target: { replica: string; origin: string }): Promise<ReplicaMetrics | undefined> {
  try {
    const { statusCode, body } = await request(`${target.origin}/metrics`, {
      headersTimeout: SCRAPE_TIMEOUT_MS,
      bodyTimeout: SCRAPE_TIMEOUT_MS,
    });
    const text = await body.text();
    return statusCode === 200 ? { replica: target.replica, text } : undefined;
  } catch {
    return undefined;
  }
}

async function readJson(incoming: IncomingMessage): Promise<{ readonly reason?: string }> {
  let text = '';
  for await (const chunk of incoming) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) throw new Error(`The body may have ${MAX_BODY_BYTES} bytes.`);
  }
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('The body is to be a JSON object.');
  return value;
}

function credentials({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    ['x-api-key', 'authorization'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

const json = (response: ServerResponse, status: number, value: unknown): void =>
  reply(response, status, 'application/json', `${JSON.stringify(value)}\n`);

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
}
