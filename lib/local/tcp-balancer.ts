import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen } from './listen';

/** A replica that takes connections. */
export interface TcpUpstream {
  /** Port on this machine. */
  readonly port: number;
  /** Connections that are open to it. */
  connections: number;
}

/**
 * Spreads connections, not requests, over the ready replicas: the bytes pass as they are, so that gRPC is exactly what
 * the replica speaks. A client keeps its replica until one of the two closes.
 */
export class TcpBalancer {
  private readonly server: Server;
  private readonly clients = new Set<Socket>();
  private turn = 0;

  /** @param ready replicas that may take connections now. */
  constructor(private readonly ready: () => readonly TcpUpstream[]) {
    this.server = createServer({ noDelay: true }, (client) => this.pass(client));
  }

  /** Returns the address as gRPC clients take it, `127.0.0.1:<port>`. */
  async listen(port: number, exact: boolean): Promise<string> {
    return new URL(await listen(this.server, port, exact)).host;
  }

  get connections(): number {
    return this.clients.size;
  }

  /** Takes no further connection; those that are open are for the replicas to end when they drain. */
  close(): void {
    this.server.close();
  }

  /** Cuts what is still open. */
  abort(): void {
    this.server.close();
    for (const client of this.clients) client.destroy();
  }

  private pass(client: Socket): void {
    const upstream = this.choose();
    // No replica: the client sees a closed connection and tries again, as it does when a server starts.
    if (upstream === undefined) return void client.destroy();
    const replica = connect({ port: upstream.port, host: '127.0.0.1', noDelay: true });
    upstream.connections++;
    this.clients.add(client);
    client.once('close', () => {
      upstream.connections--;
      this.clients.delete(client);
      replica.destroy();
    });
    replica.once('close', () => client.destroySoon());
    // What is broken is told by `close` as well; without a listener the event would end the process.
    for (const socket of [client, replica]) socket.on('error', () => undefined);
    client.pipe(replica);
    replica.pipe(client);
  }

  /** Least connections; among equals in turn. */
  private choose(): TcpUpstream | undefined {
    const candidates = this.ready();
    const start = this.turn++;
    let best: TcpUpstream | undefined;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[(start + i) % candidates.length]!;
      if (best === undefined || candidate.connections < best.connections) best = candidate;
    }
    return best;
  }
}
