import { connect, type Socket } from 'node:net';

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  continuation: 9,
} as const;
const END_STREAM = 1;
const END_HEADERS = 4;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** An HTTP/2 connection whose frames the test writes one by one, also such as no client would. */
export class RawHttp2 {
  readonly frames: Frame[] = [];
  closed = false;
  private received = Buffer.alloc(0);

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', () => {});
  }

  static open(port: number, preface = PREFACE): Promise<RawHttp2> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        const client = new RawHttp2(socket);
        socket.write(preface);
        client.send(FRAME.settings, 0, 0);
        resolve(client);
      });
      socket.once('error', reject);
    });
  }

  send(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): void {
    this.socket.write(frame(type, flags, stream, payload));
  }

  headers(stream: number, path: string, more: Record<string, string> = {}, end = false): void {
    const fields = { ':method': 'POST', ':path': path, ':scheme': 'http', ':authority': 'test', ...more };
    this.send(FRAME.headers, END_HEADERS | (end ? END_STREAM : 0), stream, headerBlock(fields));
  }

  data(stream: number, body: string, end = false): void {
    this.send(FRAME.data, end ? END_STREAM : 0, stream, Buffer.from(body));
  }

  reset(stream: number, code: number): void {
    this.send(FRAME.reset, 0, stream, uint32(code));
  }

  of(type: number, stream?: number): Frame[] {
    return this.frames.filter((one) => one.type === type && (stream === undefined || one.stream === stream));
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (this.received.length >= 9) {
      const length = this.received.readUIntBE(0, 3);
      if (this.received.length < 9 + length) return;
      const [type, flags] = [this.received[3]!, this.received[4]!];
      const stream = this.received.readUInt32BE(5) & 0x7fffffff;
      this.frames.push({ type, flags, stream, payload: this.received.subarray(9, 9 + length) });
      this.received = this.received.subarray(9 + length);
    }
  }
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Fields as literals that nobody indexes. Source: RFC 7541, section 6.2.2 */
export function headerBlock(fields: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(fields).map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])),
  );
}

function text(value: string): Buffer {
  if (value.length >= 127) throw new Error('longer texts need another length');
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
