import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The few requests of Blob Storage that batch jobs make, with an identity endpoint beside them. */
export class BlobServer {
  readonly blobs = new Map<string, Buffer>();
  /** Answers 503 to so many requests. */
  failures = 0;
  /** Names that were asked to be written where nothing is. */
  readonly onlyNew: string[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Lets the runtime of this process, and those it starts, find the server. @returns what puts the environment back */
  async serve(): Promise<() => Promise<void>> {
    const before = { ...process.env };
    const address = await this.start();
    Object.assign(process.env, {
      AZURE_STORAGE_BLOB_ENDPOINT: address,
      IDENTITY_ENDPOINT: `${address}/identity`,
      IDENTITY_HEADER: 'header',
    });
    return async () => {
      process.env = before;
      await this.stop();
    };
  }

  private async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url!, 'http://host');
    const end = (status: number, body: string | Buffer = '', headers = {}): void =>
      void response.writeHead(status, headers).end(body);
    if (url.pathname === '/identity')
      return end(200, JSON.stringify({ access_token: 'token', expires_on: '9999999999' }));
    if (request.headers.authorization !== 'Bearer token' || !request.headers['x-ms-version']) return end(401);
    if (this.failures-- > 0) return end(503);
    if (url.searchParams.get('comp') === 'list')
      return end(200, this.list(url.searchParams.get('prefix') ?? ''));
    const name = decodeURIComponent(url.pathname).replace('/patients/', '');
    const blob = this.blobs.get(name);
    if (request.method === 'PUT') return this.put(name, request, Buffer.concat(chunks), end);
    if (blob === undefined) return end(404, '', { 'x-ms-error-code': 'BlobNotFound' });
    if (request.method === 'DELETE') {
      this.blobs.delete(name);
      return end(202);
    }
    end(200, request.method === 'HEAD' ? '' : blob, {
      'content-length': blob.length,
      etag: `"${blob.length}"`,
    });
  }

  private put(
    name: string,
    { headers }: IncomingMessage,
    body: Buffer,
    end: (status: number, body?: string, headers?: object) => void,
  ): void {
    const source = headers['x-ms-copy-source'] as string | undefined;
    const copied =
      source && this.blobs.get(decodeURIComponent(new URL(source).pathname).replace('/patients/', ''));
    if (source !== undefined && copied === undefined) {
      end(404);
      return;
    }
    const onlyNew = headers['if-none-match'] === '*';
    if (onlyNew) this.onlyNew.push(name);
    if (onlyNew && this.blobs.has(name)) {
      end(409, '', { 'x-ms-error-code': 'BlobAlreadyExists' });
      return;
    }
    if (source === undefined && headers['x-ms-blob-type'] !== 'BlockBlob') {
      end(400);
      return;
    }
    this.blobs.set(name, copied || body);
    end(source === undefined ? 201 : 202, '', source === undefined ? {} : { 'x-ms-copy-status': 'success' });
  }

  private list(prefix: string): string {
    const found = [...this.blobs].filter(([name]) => name.startsWith(prefix)).sort();
    const blobs = found.map(
      ([name, { length }]) =>
        `<Blob><Name>${name.replace('&', '&amp;')}</Name><Properties><Content-Length>${length}</Content-Length><Etag>"${length}"</Etag></Properties></Blob>`,
    );
    return `<?xml version="1.0"?><EnumerationResults><Blobs>${blobs.join('')}</Blobs><NextMarker/></EnumerationResults>`;
  }
}
