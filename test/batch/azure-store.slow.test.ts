import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { MODELS } from '../runtime/support/packages';
import { batchConfig, query, removeFolders, score, temporaryFolder } from './support/batch-runs';

afterAll(removeFolders);

/** The few requests of Blob Storage that batch jobs make, with an identity endpoint beside them. */
class BlobServer {
  readonly blobs = new Map<string, Buffer>();
  /** Answers 503 to so many requests. */
  failures = 0;
  /** Names that were asked to be written where nothing is. */
  readonly onlyNew: string[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
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

describe('Blob Storage with the identity of a container', () => {
  const before = { ...process.env };
  const server = new BlobServer();

  beforeAll(async () => {
    const address = await server.start();
    Object.assign(process.env, {
      AZURE_STORAGE_BLOB_ENDPOINT: address,
      IDENTITY_ENDPOINT: `${address}/identity`,
      IDENTITY_HEADER: 'header',
    });
    server.blobs.set('in/day=1/a & b.csv', readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv')));
  });
  afterAll(async () => {
    process.env = before;
    await server.stop();
  });

  test('two workers at once, and a store that fails now and then: each row once', async () => {
    const shards = { rows: 50, assignment: 'lease' as const, workers: 2, leaseMs: 5000 };
    const config = batchConfig(
      'breast-cancer/2',
      ['azblob://account/patients/in'],
      'azblob://account/patients/out',
      { shards },
    );
    server.failures = 2;
    const ended = await Promise.all([score(config), score(config)]);
    expect(ended).toEqual([0, 0].map((code) => ({ code, problems: [] })));
    const names = [...server.blobs.keys()];
    const parts = names.filter((name) => name.startsWith('out/run/data/')).sort();
    expect(parts).toEqual([0, 1, 2].map((i) => `out/run/data/part-00000-0000${i}.parquet`));
    expect(names.filter((name) => /out.run.(work|leases)/.test(name))).toEqual([]);
    // What two workers may both write is only written where nothing is: the manifest, and the record of each shard.
    const records = [0, 1, 2].map((i) => expect.stringContaining(`commits/00000-0000${i}`));
    expect(server.onlyNew).toEqual(expect.arrayContaining([expect.stringContaining('manifest'), ...records]));
    const folder = temporaryFolder();
    for (const [i, part] of parts.entries())
      writeFileSync(path.join(folder, `${i}.parquet`), server.blobs.get(part)!);
    const rows = await query(`SELECT DISTINCT source_row FROM '${folder}/*.parquet'`);
    expect(rows).toHaveLength(143);
  }, 60_000);
});
