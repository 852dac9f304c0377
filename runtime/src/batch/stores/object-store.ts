import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from 'opendal';
import type { StoreLocation } from '../../loading/package-uri';
import { readStoreError } from '../../loading/store-download';
import { BatchError } from '../problems';
import type { BatchStore, StoredFile } from './store';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 200;
/** S3 demands 5 MiB of every part but the last. */
const PART_BYTES = 8 * 1024 * 1024;

/** A folder of S3, Google Cloud Storage or Azure Blob Storage. Objects come into being as a whole or not at all. */
export class ObjectStore implements BatchStore {
  readonly shown: string;
  private readonly prefix: string;

  constructor(
    private readonly operator: Operator,
    folder: StoreLocation,
  ) {
    this.shown = folder.shown;
    this.prefix = folder.key === '' ? '' : `${folder.key}/`;
  }

  localPath(): undefined {
    return undefined;
  }

  list(prefix: string): Promise<StoredFile[]> {
    return this.attempt(async () => {
      const lister = await this.operator.lister(this.prefix + prefix, { recursive: true });
      const files: StoredFile[] = [];
      for (let entry = await lister.next(); entry !== null; entry = await lister.next()) {
        const name = entry.path();
        if (name.endsWith('/')) continue;
        const { contentLength, etag, lastModified } = entry.metadata();
        const bytes = Number(contentLength ?? 0);
        files.push({ key: name.slice(this.prefix.length), bytes, etag: etag ?? `${bytes}-${lastModified}` });
      }
      return files;
    });
  }

  stat(key: string): Promise<StoredFile | undefined> {
    return this.orMissing(async () => {
      const { contentLength, etag, lastModified } = await this.operator.stat(this.prefix + key);
      const bytes = Number(contentLength ?? 0);
      return { key, bytes, etag: etag ?? `${bytes}-${lastModified}` };
    });
  }

  read(key: string): Promise<string | undefined> {
    return this.orMissing(async () => (await this.operator.read(this.prefix + key)).toString('utf8'));
  }

  create(key: string, text: string): Promise<boolean> {
    return this.attempt(async () => {
      try {
        await this.operator.write(this.prefix + key, text, { ifNotExists: true });
        return true;
      } catch (error) {
        const { kind, status } = readStoreError(messageOf(error));
        if (kind !== 'ConditionNotMatch' && !status.includes('409')) throw error;
        // The answer to a first try may have been lost: what is there is then what was to be written.
        return (await this.read(key)) === text;
      }
    });
  }

  async write(key: string, text: string): Promise<void> {
    await this.attempt(() => this.operator.write(this.prefix + key, text));
  }

  upload(file: string, key: string): Promise<void> {
    return this.attempt(async () => {
      const writer = await this.operator.writer(this.prefix + key, { chunk: BigInt(PART_BYTES) });
      for await (const part of createReadStream(file, { highWaterMark: PART_BYTES })) {
        await writer.write(part as Buffer);
      }
      await writer.close();
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.attempt(async () => {
      try {
        await this.operator.copy(this.prefix + from, this.prefix + to);
      } catch (error) {
        const missing = readStoreError(messageOf(error)).kind === 'NotFound';
        if (!missing || (await this.stat(to)) === undefined) throw error;
      }
    });
    await this.remove(from);
  }

  async remove(key: string): Promise<void> {
    await this.attempt(() => this.operator.delete(this.prefix + key));
  }

  private orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(async () => {
      try {
        return await work();
      } catch (error) {
        if (readStoreError(messageOf(error)).kind === 'NotFound') return undefined;
        throw error;
      }
    });
  }

  /** @throws BatchError BATCH_STORE_FAILED, once trying again has not helped or cannot help. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof BatchError) throw error;
        const { kind, temporary, status, reason } = readStoreError(messageOf(error));
        if ((temporary || kind === 'Unexpected') && tried < ATTEMPTS) {
          await sleep(Math.random() * FIRST_WAIT_MS * 2 ** tried);
          continue;
        }
        const got = [kind, status, reason].filter((part) => part !== '').join(', ');
        throw new BatchError({
          code: 'BATCH_STORE_FAILED',
          at: this.shown,
          what: 'the store failed',
          got,
          remedy: REMEDY,
        });
      }
    }
  }
}

const REMEDY =
  'Check that the bucket exists, that this job may list, read, write and delete below the address, and the route to the store.';

const messageOf = (error: unknown): string => String((error as Partial<Error>).message ?? error);
