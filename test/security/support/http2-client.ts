import type { SecureClientSessionOptions } from 'node:http2';
import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';

export interface Http2Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One connection of Node's own HTTP/2 client. */
export class Http2Client {
  readonly session: ClientHttp2Session;
  /** Codes of the goodbyes of the server. */
  readonly goaways: number[] = [];
  closed = false;

  constructor(url: string, options: SecureClientSessionOptions = {}) {
    this.session = connect(url, options);
    this.session.on('goaway', (code) => this.goaways.push(code));
    this.session.on('close', () => {
      this.closed = true;
    });
    // A request that fails tells it as well.
    this.session.on('error', () => {});
  }

  request(headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Http2Reply> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request(headers);
      let head: IncomingHttpHeaders & { ':status'?: number } = {};
      const chunks: Buffer[] = [];
      stream.on('response', (received) => {
        head = received;
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      // What is cancelled ends without an error.
      stream.on('close', () => reject(new Error('the stream was closed')));
      stream.on('end', () => {
        if (head[':status'] === undefined) return;
        resolve({ status: head[':status'], headers: head, text: Buffer.concat(chunks).toString('utf8') });
      });
      stream.end(body);
    });
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Http2Reply> {
    return this.request({ ':path': path, ...headers });
  }

  post(path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Http2Reply> {
    const head = { ':path': path, ':method': 'POST', 'content-type': 'application/json', ...headers };
    return this.request(head, JSON.stringify(body));
  }

  close(): void {
    this.session.destroy();
  }
}
