import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isFileError } from '../../loading/file-error';
import { BatchError } from '../problems';
import { makeFolder } from './make-folder';
import type { BatchStore, StoredFile } from './store';

/** A folder of a disk, or of a network file system that has hard links (NFS, EFS). */
export class LocalStore implements BatchStore {
  constructor(
    private readonly root: string,
    readonly shown: string,
  ) {}

  localPath(key: string): string {
    return path.join(this.root, key);
  }

  async list(prefix: string): Promise<StoredFile[]> {
    const folder = this.localPath(prefix);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing);
    const files = (entries ?? []).filter((entry) => !entry.isDirectory());
    const keys = files.map((entry) =>
      path.relative(this.root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    );
    const found = await Promise.all(keys.map((key) => this.stat(key)));
    return found.filter((file): file is StoredFile => file !== undefined);
  }

  async stat(key: string): Promise<StoredFile | undefined> {
    const found = await stat(this.localPath(key)).catch(ignoreMissing);
    if (found === undefined || !found.isFile()) return undefined;
    return { key, bytes: found.size, etag: `${found.size}-${found.mtimeMs}` };
  }

  async read(key: string): Promise<string | undefined> {
    return readFile(this.localPath(key), 'utf8').catch(ignoreMissing);
  }

  /** By a link, which is made only where there is none: on every disk, whoever else tries at that moment. */
  create(key: string, text: string): Promise<boolean> {
    return this.written(key, async (file) => {
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        await writeSynced(temporary, text);
        await link(temporary, file);
        return true;
      } catch (error) {
        if (isFileError(error) && error.code === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  write(key: string, text: string): Promise<void> {
    return this.written(key, async (file) => {
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        await writeSynced(temporary, text);
        await rename(temporary, file);
      } finally {
        // Gone by its new name, else half written: on a full disk that room is needed.
        await rm(temporary, { force: true });
      }
    });
  }

  upload(source: string, key: string): Promise<void> {
    return this.written(key, async (file) => {
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        await rename(source, temporary).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EXDEV') throw error;
          await copyFile(source, temporary, constants.COPYFILE_EXCL);
        });
        await sync(temporary);
        await rename(temporary, file);
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.written(to, (file) => rename(this.localPath(from), file)).catch(async (error: unknown) => {
      if ((await this.stat(to)) === undefined) throw error;
    });
  }

  async remove(key: string): Promise<void> {
    await rm(this.localPath(key), { force: true });
  }

  /** @throws BatchError BATCH_DISK */
  private async written<T>(key: string, work: (file: string) => Promise<T>): Promise<T> {
    const file = this.localPath(key);
    try {
      await makeFolder(path.dirname(file));
      return await work(file);
    } catch (error) {
      throw diskError(error, this.shown);
    }
  }
}

/** What a failing disk means for the job; other errors pass. */
export function diskError(error: unknown, at: string): unknown {
  if (!isFileError(error)) return error;
  return new BatchError({
    code: 'BATCH_DISK',
    at,
    what: 'the disk cannot be written',
    got: `${error.code ?? 'unknown'} (${error.syscall ?? 'unknown'})`,
    remedy:
      'Make room, or mount a volume that this user can write; then start the job again: it goes on where it stopped.',
  });
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
