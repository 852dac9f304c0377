import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, typed loosely: tests look into it. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export interface CallOptions {
  readonly headers?: Record<string, string>;
  /** A string or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly agent?: Agent;
}

/** One HTTP request to this machine. */
export function call(port: number, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { body, agent } = options;
  const payload =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...options.headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson =
          response.headers['content-type']?.startsWith('application/json') === true && text !== '';
        const json = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode!, headers: response.headers, text, json });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

export const get = (port: number, path: string, options?: CallOptions): Promise<Reply> =>
  call(port, 'GET', path, options);

export const post = (port: number, path: string, body: unknown, options?: CallOptions): Promise<Reply> =>
  call(port, 'POST', path, { ...options, body });

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One HTTP request to this machine; nothing is added to what is given, and nothing is read into the reply. */
export function callRaw(
  port: number,
  method: string,
  path: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
