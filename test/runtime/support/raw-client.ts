import { connect, type Socket } from 'node:net';

/** A connection whose bytes the test sends one by one. */
export class RawClient {
  received = '';
  closed = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', () => {});
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  get status(): number | undefined {
    const match = /^HTTP\/1\.1 (\d{3})/.exec(this.received);
    return match ? Number(match[1]) : undefined;
  }

  /** Body of the only reply, once it is there completely. */
  get body(): string | undefined {
    const [head, ...rest] = this.received.split('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(head!);
    const body = rest.join('\r\n\r\n');
    return length && body.length >= Number(length[1]) ? body : undefined;
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Head of a request with a JSON body. */
export function postHead(path: string, length: number | 'chunked'): string {
  const size = length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`;
  return `POST ${path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n${size}\r\n\r\n`;
}
