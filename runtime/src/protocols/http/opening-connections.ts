import type { Socket } from 'node:net';

/** What an HTTP/2 client sends first. Source: RFC 9113, section 3.4 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export interface OpeningHandlers {
  readonly http1: (socket: Socket) => void;
  readonly http2: (socket: Socket) => void;
  /** Nothing that tells them apart came in time. */
  readonly late: (socket: Socket) => void;
}

interface Waiting {
  readonly opened: number;
  /** Bytes that were too few to tell. */
  first: Buffer | undefined;
  /** Times it was found silent. */
  silent: number;
}

interface Handshake {
  readonly socket: Socket;
  silent: number;
}

/** Connections whose first bytes are awaited: they tell HTTP/2 from HTTP/1.1, on one port and without TLS. */
export class OpeningConnections {
  private readonly waiting = new Map<Socket, Waiting>();
  private readonly handshakes = new Map<string, Handshake>();
  // Shared by all connections: who connects for every request should not pay for five functions.
  private readonly onData: (this: Socket, chunk: Buffer) => void;
  private readonly onEnd: (this: Socket) => void;
  private readonly onClose: (this: Socket) => void;

  constructor(
    private readonly timeoutMs: number,
    private readonly handlers: OpeningHandlers,
  ) {
    const { waiting } = this;
    const arrived = (socket: Socket, chunk: Buffer): void => this.arrived(socket, chunk);
    this.onData = function (chunk) {
      arrived(this, chunk);
    };
    this.onEnd = function () {
      if (waiting.has(this)) this.destroy();
    };
    this.onClose = function () {
      waiting.delete(this);
    };
  }

  /** A connection on which TLS is yet to be agreed; another object stands for it afterwards. */
  await(socket: Socket): void {
    const key = peer(socket);
    this.handshakes.set(key, { socket, silent: 0 });
    socket.once('close', () => {
      if (this.handshakes.get(key)?.socket === socket) this.handshakes.delete(key);
    });
  }

  secured(socket: Socket): void {
    this.handshakes.delete(peer(socket));
  }

  take(socket: Socket): void {
    this.waiting.set(socket, { opened: performance.now(), first: undefined, silent: 0 });
    socket.on('error', ignore).on('end', this.onEnd).on('close', this.onClose).on('data', this.onData);
  }

  /** Refuses those that have had their time. */
  sweep(now: number): void {
    for (const [socket, { opened }] of this.waiting) {
      if (now - opened < this.timeoutMs) continue;
      this.release(socket);
      this.handlers.late(socket);
    }
  }

  /**
   * Ends those found silent more than `patience` times, as no request is lost with them. Looks are counted, not time: a
   * thread that was busy has not yet read what they may have sent.
   */
  cutSilent(patience: number): void {
    for (const [socket, entry] of this.waiting) if (++entry.silent > patience) socket.destroy();
    for (const entry of this.handshakes.values()) if (++entry.silent > patience) entry.socket.destroy();
  }

  private arrived(socket: Socket, chunk: Buffer): void {
    const entry = this.waiting.get(socket)!;
    const bytes = entry.first === undefined ? chunk : Buffer.concat([entry.first, chunk]);
    const isHttp2 = startsHttp2(bytes);
    if (isHttp2 === undefined) {
      entry.first = bytes;
      return;
    }
    this.release(socket);
    // Put back, for whoever reads next to find.
    socket.pause();
    socket.unshift(bytes);
    if (isHttp2) this.handlers.http2(socket);
    else this.handlers.http1(socket);
  }

  private release(socket: Socket): void {
    this.waiting.delete(socket);
    socket.off('data', this.onData);
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
