import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A real HTTP server on this machine that answers as the test says and remembers what it was asked. */
export class ArchiveServer {
  readonly requests: SeenRequest[] = [];
  handler: Handler = (_request, response) => response.writeHead(500).end();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.requests.push({ method: request.method!, url: request.url!, headers: request.headers });
      this.handler(request, response);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** Serves bytes with their length. */
export const serving =
  (bytes: Buffer): Handler =>
  (request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };

/** Lets each handler answer one request; the last one answers all that follow. */
export function inTurn(...handlers: Handler[]): Handler {
  let next = 0;
  return (request, response) => handlers[Math.min(next++, handlers.length - 1)]!(request, response);
}
