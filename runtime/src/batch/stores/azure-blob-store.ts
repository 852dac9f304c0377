import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { XMLParser } from 'fast-xml-parser';
import { azureStorageToken } from '../../loading/azure-credentials';
import { containerUrl, SERVICE_VERSION } from '../../loading/azure-download';
import type { StoreLocation } from '../../loading/package-uri';
import { BatchError } from '../problems';
import type { BatchStore, StoredFile } from './store';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 200;
/** Tokens live for an hour at least; the platform keeps them. */
const TOKEN_MS = 5 * 60_000;
const COPY_POLL_MS = 100;
const TIMEOUT_MS = 10 * 60_000;

/** Values stay texts: a blob may be called 1.0. */
const XML = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Blob' });

interface ListedBlob {
  readonly Name: string;
  readonly Properties: { readonly 'Content-Length': string; readonly Etag: string };
}

/**
 * A folder of Blob Storage, reached with the managed identity of a container or the workload identity of a pod.
 * Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
export class AzureBlobStore implements BatchStore {
  readonly shown: string;
  private readonly prefix: string;
  private readonly container: URL;
  private token: { readonly value: string; readonly until: number } | undefined;

  constructor(folder: StoreLocation) {
    this.shown = folder.shown;
    this.prefix = folder.key === '' ? '' : `${folder.key}/`;
    this.container = containerUrl(folder);
  }

  localPath(): undefined {
    return undefined;
  }

  async list(prefix: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (let marker = ''; ; ) {
      const url = new URL(this.container);
      const query = { restype: 'container', comp: 'list', prefix: this.prefix + prefix, marker };
      for (const [name, value] of Object.entries(query)) if (value !== '') url.searchParams.set(name, value);
      const response = await this.request(url, { method: 'GET' });
      const { EnumerationResults: page } = XML.parse(await response.text()) as {
        EnumerationResults: { Blobs?: { Blob?: ListedBlob[] } | ''; NextMarker?: string };
      };
      const blobs = (page.Blobs || undefined)?.Blob ?? [];
      for (const { Name, Properties } of blobs) {
        const key = Name.slice(this.prefix.length);
        files.push({ key, bytes: Number(Properties['Content-Length']), etag: Properties.Etag });
      }
      marker = page.NextMarker ?? '';
      if (marker === '') return files;
    }
  }

  async stat(key: string): Promise<StoredFile | undefined> {
    const response = await this.request(this.url(key), { method: 'HEAD' }, [404]);
    if (response.status === 404) return undefined;
    const { headers } = response;
    return { key, bytes: Number(headers.get('content-length')), etag: headers.get('etag') ?? '' };
  }

  async read(key: string): Promise<string | undefined> {
    const response = await this.request(this.url(key), { method: 'GET' }, [404]);
    const text = await response.text();
    return response.status === 404 ? undefined : text;
  }

  async create(key: string, text: string): Promise<boolean> {
    const headers = { ...BLOCK_BLOB, 'if-none-match': '*' };
    const response = await this.request(this.url(key), { method: 'PUT', headers, body: text }, [409, 412]);
    // The answer to a first try may have been lost: what is there is then what was to be written.
    return response.ok || (await this.read(key)) === text;
  }

  async write(key: string, text: string): Promise<void> {
    await this.request(this.url(key), { method: 'PUT', headers: BLOCK_BLOB, body: text });
  }

  async upload(file: string, key: string): Promise<void> {
    await this.request(this.url(key), { method: 'PUT', headers: BLOCK_BLOB, body: await openAsBlob(file) });
  }

  async rename(from: string, to: string): Promise<void> {
    const headers = { 'x-ms-copy-source': this.url(from).href };
    const response = await this.request(this.url(to), { method: 'PUT', headers }, [404]);
    if (response.status === 404 && (await this.stat(to)) === undefined) throw this.failure('HTTP 404');
    let status = response.headers.get('x-ms-copy-status');
    while (status === 'pending') {
      await sleep(COPY_POLL_MS);
      const copied = await this.request(this.url(to), { method: 'HEAD' });
      status = copied.headers.get('x-ms-copy-status');
    }
    if (status === 'failed' || status === 'aborted') throw this.failure(`copy ${status}`);
    await this.remove(from);
  }

  async remove(key: string): Promise<void> {
    await this.request(this.url(key), { method: 'DELETE' }, [404]);
  }

  private url(key: string): URL {
    const path = (this.prefix + key).split('/').map(encodeURIComponent).join('/');
    return new URL(`${this.container.pathname}/${path}`, this.container);
  }

  /** @throws BatchError BATCH_STORE_FAILED, once trying again has not helped or cannot help. */
  private async request(url: URL, init: RequestInit, expected: readonly number[] = []): Promise<Response> {
    for (let tried = 1; ; tried++) {
      let reason: string;
      try {
        const headers = { ...init.headers, ...(await this.authorization()) };
        const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (response.ok || expected.includes(response.status)) return response;
        await response.body?.cancel();
        reason = `HTTP ${response.status}, ${response.headers.get('x-ms-error-code') ?? ''}`;
        if (!isTemporary(response.status)) throw this.failure(reason);
      } catch (error) {
        if (error instanceof BatchError) throw error;
        reason = String(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message);
      }
      if (tried >= ATTEMPTS) throw this.failure(reason);
      await sleep(Math.random() * FIRST_WAIT_MS * 2 ** tried);
    }
  }

  private async authorization(): Promise<Record<string, string>> {
    if (this.token === undefined || this.token.until < Date.now()) {
      this.token = { value: (await azureStorageToken(process.env))!, until: Date.now() + TOKEN_MS };
    }
    return { authorization: `Bearer ${this.token.value}`, 'x-ms-version': SERVICE_VERSION };
  }

  private failure(got: string): BatchError {
    const remedy =
      'Grant the identity of the job Storage Blob Data Contributor on the container (Reader where it only reads), and check the network rules of the account.';
    return new BatchError({
      code: 'BATCH_STORE_FAILED',
      at: this.shown,
      what: 'the store failed',
      got,
      remedy,
    });
  }
}

const BLOCK_BLOB = { 'x-ms-blob-type': 'BlockBlob' };

const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;
