import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Http2Request, Http2Response } from './http2-messages';
import { MAX_HEADER_BYTES, refuseHeaders } from './refuse';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export interface Http2Times {
  /** Until the first request, milliseconds. */
  readonly firstMs: number;
  /** Without a request, later. */
  readonly idleMs: number;
}

/** Requests of one connection at a time; more wait at the client. */
const MAX_STREAMS = 250;
/** Beyond it the library resets the request; below it can be answered why. */
const HARD_HEADER_BYTES = 4 * MAX_HEADER_BYTES;
/** Of a body, before it is read: bounds what one connection can have buffered here, and what a far client can send. */
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 1024 * 1024;
/** For a client to close its side once it was told that the session is over, or to send what it has begun. */
const GOODBYE_MS = 1000;

interface Session {
  readonly socket: Socket;
  /** Requests in progress. */
  open: number;
  used: boolean;
  /** Since when none is, or since when the session ends. */
  since: number;
}

/**
 * HTTP/2 on connections that others have accepted. Limits besides those here are the library's: 10 settings or pings
 * that wait for an answer, 8 continuations of a header, 1000 resets at once and 33 a second after.
 */
export class Http2Sessions {
  private readonly server: EventEmitter;
  private readonly sessions = new Map<ServerHttp2Session, Session>();
  private draining = false;

  constructor(
    private readonly times: Http2Times,
    handle: Handle,
  ) {
    this.server = createServer({
      Http2ServerRequest: Http2Request,
      Http2ServerResponse: Http2Response,
      settings: {
        maxConcurrentStreams: MAX_STREAMS,
        maxHeaderListSize: HARD_HEADER_BYTES,
        initialWindowSize: STREAM_WINDOW_BYTES,
      },
    });
    const serve = (received: unknown, reply: unknown): void => {
      const [request, response] = [received as IncomingMessage, reply as ServerResponse];
      if (headerBytes(request) > MAX_HEADER_BYTES) refuseHeaders(response);
      else handle(request, response);
    };
    this.server.on('request', serve);
    this.server.on('checkContinue', serve);
  }

  take(socket: Socket): void {
    if (socket.destroyed) return;
    // Here a client that closes its side has gone.
    socket.allowHalfOpen = false;
    this.server.once('session', (session: ServerHttp2Session) => this.add(session, socket));
    this.server.emit('connection', socket);
  }

  /** Ends sessions without a request for too long. Time counts, not bytes: pings and halves of frames cost nothing. */
  sweep(now: number): void {
    for (const [session, { socket, open, used, since }] of this.sessions) {
      if (open > 0) continue;
      if (session.closed || session.destroyed) {
        if (now - since >= GOODBYE_MS) socket.destroy();
      } else if (now - since >= this.patience(used)) this.end(session, now);
    }
  }

  /** Tells clients to send their next request elsewhere. Those in progress are answered, and first ones on their way. */
  drain(): void {
    this.draining = true;
    const now = performance.now();
    for (const [session, { used }] of this.sessions) if (used) this.end(session, now);
  }

  /** Ends every connection now. */
  cut(): void {
    for (const { socket } of this.sessions.values()) socket.destroy();
  }

  private patience(used: boolean): number {
    if (this.draining) return GOODBYE_MS;
    return used ? this.times.idleMs : this.times.firstMs;
  }

  private end(session: ServerHttp2Session, now: number): void {
    this.sessions.get(session)!.since = now;
    session.close();
  }

  private add(session: ServerHttp2Session, socket: Socket): void {
    const entry: Session = { socket, open: 0, used: false, since: performance.now() };
    this.sessions.set(session, entry);
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    // Nothing moves any more, not even what is ready to be sent.
    session.setTimeout(this.times.idleMs, () => session.destroy());
    session.on('stream', (stream) => track(stream, entry));
    socket.on('close', () => this.sessions.delete(session));
  }
}

function track(stream: ServerHttp2Stream, entry: Session): void {
  entry.open++;
  entry.used = true;
  stream.once('close', () => {
    entry.open--;
    entry.since = performance.now();
  });
}

/** As they would be in HTTP/1.1. */
function headerBytes({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
}
