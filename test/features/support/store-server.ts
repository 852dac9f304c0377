import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoreCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: ReturnType<typeof JSON.parse>;
  /** Resolves when the caller has closed the connection before it was answered. */
  readonly left: Promise<void>;
}

/** What the store answers with: an object as JSON, a text as it is; undefined leaves the caller waiting. */
export interface StoreReply {
  readonly status?: number;
  readonly body: unknown;
}

/** An HTTP server of this machine in place of a store that cannot run here; it remembers what it was asked. */
export class StoreServer {
  readonly calls: StoreCall[] = [];
  connections = 0;
  answer: (call: StoreCall) => StoreReply | undefined | Promise<StoreReply | undefined> = () => undefined;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.take(request, response));
    this.server.on('connection', () => (this.connections += 1));
  }

  static async start(): Promise<StoreServer> {
    const store = new StoreServer();
    await new Promise<void>((resolve) => store.server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Cuts the connections that are open; the server goes on. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const left = new Promise<void>((resolve) =>
      response.once('close', () => response.writableFinished || resolve()),
    );
    const { method, url, headers } = request;
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const call: StoreCall = { method: method!, path: url!, headers, body, left };
    this.calls.push(call);
    const reply = await this.answer(call);
    if (reply === undefined) return;
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(text);
  }
}
