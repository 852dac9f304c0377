import type { Socket } from 'node:net';

/** What an HTTP/2 client sends first. Source: RFC 9113, section 3.4 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export interface OpeningHandlers {
  readonly http1: (socket: Socket) => void;
  readonly http2: (socket: Socket) => void;
  /** Nothing that tells them apart came in time. */
  readonly late: (socket: Socket) => void;
}

/** Connections whose first bytes are awaited: they tell HTTP/2 from HTTP/1.1, on one port and without TLS. */
export class OpeningConnections {
  /** When each was opened, and how to stop listening to it. */
  private readonly waiting = new Map<Socket, { readonly opened: number; readonly release: () => void }>();

  private readonly handshakes = new Map<string, { readonly socket: Socket; readonly opened: number }>();

  constructor(
    private readonly timeoutMs: number,
    private readonly handlers: OpeningHandlers,
  ) {}

  /** A connection on which TLS is yet to be agreed; another object stands for it afterwards. */
  await(socket: Socket): void {
    const key = peer(socket);
    this.handshakes.set(key, { socket, opened: performance.now() });
    socket.once('close', () => {
      if (this.handshakes.get(key)?.socket === socket) this.handshakes.delete(key);
    });
  }

  secured(socket: Socket): void {
    this.handshakes.delete(peer(socket));
  }

  take(socket: Socket): void {
    let first: Buffer | undefined;
    const onData = (chunk: Buffer): void => {
      first = first === undefined ? chunk : Buffer.concat([first, chunk]);
      const isHttp2 = startsHttp2(first);
      if (isHttp2 === undefined) return;
      this.waiting.get(socket)!.release();
      // Put back, for whoever reads next to find.
      socket.pause();
      socket.unshift(first);
      if (isHttp2) this.handlers.http2(socket);
      else this.handlers.http1(socket);
    };
    const onEnd = (): void => void socket.destroy();
    const onClose = (): void => void this.waiting.delete(socket);
    const release = (): void => {
      this.waiting.delete(socket);
      socket.off('data', onData).off('end', onEnd).off('close', onClose).off('error', ignore);
    };
    this.waiting.set(socket, { opened: performance.now(), release });
    socket.on('data', onData).on('end', onEnd).on('close', onClose).on('error', ignore);
  }

  /** Refuses those that have had their time. */
  sweep(now: number): void {
    for (const [socket, { opened, release }] of this.waiting) {
      if (now - opened < this.timeoutMs) continue;
      release();
      socket.on('error', ignore);
      this.handlers.late(socket);
    }
  }

  /** Ends those that have said nothing for a while, as no request is lost with them. */
  cutSilent(now: number, graceMs: number): void {
    for (const [socket, { opened }] of this.waiting) if (now - opened >= graceMs) socket.destroy();
    for (const { socket, opened } of this.handshakes.values()) if (now - opened >= graceMs) socket.destroy();
  }
}

/** A broken connection is told by `close` as well; without a listener the event would end the process. */
function ignore(): void {}

function peer({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Whether these bytes begin HTTP/2; undefined when there are too few to tell. */
function startsHttp2(bytes: Buffer): boolean | undefined {
  const length = Math.min(bytes.length, PREFACE.length);
  if (PREFACE.compare(bytes, 0, length, 0, length) !== 0) return false;
  return length === PREFACE.length ? true : undefined;
}
