import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { download, LOADING_OPTIONS, parsePackageUri } from '../../loading';
import { shownUri } from '../../loading/package-uri';
import { BatchError } from '../problems';
import { diskError } from '../stores/local-store';
import { parseBatchUri } from '../stores/location';
import type { InputFile } from './list-inputs';

/** A file of the input on this machine. */
export interface FetchedFile {
  readonly path: string;
  /** Removes what was downloaded. */
  release(): Promise<void>;
}

const MAX_BYTES = 1024 ** 4;

/**
 * Brings a file of a store to this machine, below `directory`; a local one stays where it is.
 *
 * @param uris as configured: those over HTTP may have a signature that is written down nowhere else.
 * @throws BatchError BATCH_INPUT_CHANGED, BATCH_DISK; LoadingError
 */
export async function fetchFile(
  file: InputFile,
  uris: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const location = parseBatchUri(file.uri);
  if (location.kind === 'local') {
    await unchanged(file, location.path);
    return { path: location.path, release: async () => undefined };
  }
  const address = uris.find((uri) => shownUri(uri) === file.uri) ?? file.uri;
  const name = createHash('sha256').update(file.uri).digest('hex').slice(0, 32);
  const target = path.join(directory, name);
  try {
    await mkdir(directory, { recursive: true });
    await download(parsePackageUri(address), target, { ...LOADING_OPTIONS, maxBytes: MAX_BYTES }, signal);
  } catch (error) {
    throw diskError(error, directory);
  }
  return { path: target, release: () => rm(target, { force: true }) };
}

async function unchanged(file: InputFile, local: string): Promise<void> {
  const now = await stat(local).catch(() => undefined);
  const etag = now && `${now.size}-${now.mtimeMs}`;
  if (etag === file.etag) return;
  throw new BatchError({
    code: 'BATCH_INPUT_CHANGED',
    at: file.uri,
    what: now === undefined ? 'the file is gone' : 'the file has changed since the run began',
    remedy: 'Put the file back, or begin another run.',
  });
}
