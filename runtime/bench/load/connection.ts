import { connect, type Socket } from 'node:net';
import { ResponseReader } from './response-reader';
import { requestBytes, type Target } from './target';

const READ_BUFFER_BYTES = 64 * 1024;

/** One keep-alive connection with at most one request under way. */
export interface Connection {
  /** Sends the request; `onReply` of the connection is called once, with no error or with what went wrong. */
  send(): void;
  close(): void;
}

export type OnReply = (connection: Connection, error: string | undefined) => void;

/** Opens a connection and resolves once it is established. A connection lost later is opened again by itself. */
export async function openConnection(target: Target, onReply: OnReply): Promise<Connection> {
  const connection = new HttpConnection(target, onReply);
  await connection.open();
  return connection;
}

/** Works on the bare socket: an HTTP client library costs several times what the servers under test do. */
class HttpConnection implements Connection {
  private readonly bytes: Buffer;
  private readonly buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  private reader = new ResponseReader();
  private socket: Socket | undefined;
  private waiting = false;
  /** Answers on the present socket. */
  private answers = 0;

  constructor(
    private readonly target: Target,
    private readonly onReply: OnReply,
  ) {
    this.bytes = requestBytes(target);
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onread = { buffer: this.buffer, callback: (size: number) => this.receive(size) };
      const socket = connect({ host: '127.0.0.1', port: this.target.port, noDelay: true, onread });
      socket.once('connect', resolve);
      socket.on('error', (error) => {
        reject(error);
        this.lose(error.message);
      });
      socket.on('close', () => this.lose('the server closed the connection'));
      this.socket = socket;
      this.answers = 0;
    });
  }

  send(): void {
    this.waiting = true;
    if (this.socket) this.socket.write(this.bytes);
    else
      this.open().then(
        () => this.socket?.write(this.bytes),
        () => undefined,
      );
  }

  close(): void {
    this.waiting = false;
    const socket = this.socket;
    this.socket = undefined;
    socket?.removeAllListeners('close').destroy();
  }

  private receive(size: number): boolean {
    let complete: boolean;
    try {
      complete = this.reader.read(this.buffer.subarray(0, size));
    } catch (error) {
      this.lose((error as Error).message);
      return true;
    }
    if (complete) {
      this.waiting = false;
      this.answers += 1;
      this.onReply(this, this.reader.status === 200 ? undefined : `HTTP ${this.reader.status}`);
    }
    return true;
  }

  /**
   * A server may close an idle connection just when a request is on its way: like any HTTP client, sends that request
   * once more. Everything else is an error.
   */
  private lose(reason: string): void {
    const waiting = this.waiting;
    const closedWhileIdle = this.answers > 0 && !this.reader.started;
    this.close();
    this.reader = new ResponseReader();
    if (!waiting) return;
    if (closedWhileIdle) this.resend();
    else this.onReply(this, reason);
  }

  private resend(): void {
    this.answers = 0;
    this.send();
  }
}
