import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server says when it is asked: text with a status, or nothing at all. */
export interface Said {
  readonly status?: number;
  readonly text: string;
}

const vector = (values: readonly string[]) => ({
  resultType: 'vector',
  result: values.map((value, i) => ({ metric: { i: String(i) }, value: [1_700_000_000.5, value] })),
});

/** Answers in the form of https://prometheus.io/docs/prometheus/latest/querying/api/ */
export const answers = {
  vector: (...values: string[]): Said => ({
    text: JSON.stringify({ status: 'success', data: vector(values) }),
  }),
  scalar: (value: string): Said => ({
    text: JSON.stringify({
      status: 'success',
      data: { resultType: 'scalar', result: [1_700_000_000.5, value] },
    }),
  }),
  error: (error: string): Said => ({
    status: 400,
    text: JSON.stringify({ status: 'error', errorType: 'bad_data', error }),
  }),
} as const;

/** A server with the HTTP API of Prometheus that says what the test tells it to. */
export class FigureServer {
  said: Said | 'silence' = answers.vector('0');
  readonly queries: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      this.queries.push(`${request.method} ${request.url} ${new URLSearchParams(body).get('query')}`);
      if (this.said === 'silence') return;
      response.writeHead(this.said.status ?? 200, { 'content-type': 'application/json' }).end(this.said.text);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
