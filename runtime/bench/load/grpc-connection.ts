import { type ClientHttp2Session, connect } from 'node:http2';
import type { Connection, OnReply } from './connection';
import { grpcCall } from './grpc-call';
import type { Target } from './target';

/** Streams over one connection, as a client that multiplexes would have them. */
export const STREAMS_PER_CONNECTION = 8;

/**
 * Opens as few HTTP/2 connections as it takes and returns a slot for each concurrent call. It works on node:http2, since
 * the client library of gRPC costs several times what the server under test does.
 */
export async function openGrpcConnections(
  target: Target,
  count: number,
  onReply: OnReply,
): Promise<Connection[]> {
  const sessions = await Promise.all(
    Array.from({ length: Math.ceil(count / STREAMS_PER_CONNECTION) }, () => openSession(target)),
  );
  return Array.from(
    { length: count },
    (_, i) => new GrpcSlot(sessions[i % sessions.length]!, target, onReply),
  );
}

function openSession(target: Target): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${target.port}`);
    session.once('connect', () => resolve(session));
    // Later ones reach every open stream as well.
    session.on('error', reject);
  });
}

class GrpcSlot implements Connection {
  constructor(
    private readonly session: ClientHttp2Session,
    private readonly target: Target,
    private readonly onReply: OnReply,
  ) {}

  private closed = false;

  send(): void {
    if (this.session.destroyed || this.session.closed) {
      setImmediate(() => this.reply('the server closed the connection'));
      return;
    }
    grpcCall(this.session, this.target, ({ status, message }) => {
      this.reply(status === 0 ? undefined : `gRPC status ${status ?? 'missing'}: ${message}`);
    });
  }

  close(): void {
    this.closed = true;
    this.session.destroy();
  }

  private reply(error: string | undefined): void {
    if (!this.closed) this.onReply(this, error);
  }
}
