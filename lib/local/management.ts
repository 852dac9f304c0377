import { createServer, type Server, type ServerResponse } from 'node:http';
import { request } from 'undici';
import { listen } from './listen';
import { mergeMetrics, type ReplicaMetrics } from './merge-metrics';

const SCRAPE_TIMEOUT_MS = 2000;

export interface ManagementSource {
  /** Replicas that can be asked for metrics, with the origin of their management listener. */
  replicas(): readonly { readonly replica: string; readonly origin: string }[];
  /** Anything that JSON can carry. */
  status(): unknown;
}

/** `GET /metrics`: the metrics of all replicas on one page. `GET /`: their states. */
export class Management {
  private readonly server: Server;

  constructor(private readonly source: ManagementSource) {
    this.server = createServer((incoming, response) => {
      const path = new URL(incoming.url ?? '/', 'http://localhost').pathname;
      if (incoming.method !== 'GET') return reply(response, 405, 'text/plain', 'only GET\n');
      if (path === '/')
        return reply(response, 200, 'application/json', `${JSON.stringify(source.status())}\n`);
      if (path === '/metrics') return void this.metrics(response);
      reply(response, 404, 'text/plain', 'here are / and /metrics\n');
    });
  }

  listen(port: number, exact: boolean): Promise<string> {
    return listen(this.server, port, exact);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
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

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
}
