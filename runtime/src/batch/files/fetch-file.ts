import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { download, LOADING_OPTIONS, parsePackageUri } from '../../loading';
import type { StoreLocation } from '../../loading/package-uri';
import { shownUri } from '../../loading/package-uri';
import { BatchError } from '../problems';
import { diskError } from '../stores/local-store';
import { listedLocation } from '../stores/location';
import { makeFolder } from '../stores/make-folder';
import { openStore } from '../stores/open-store';
import { httpFacts } from './http-facts';
import type { InputFile } from './list-inputs';

/** A file of the input on this machine. */
export interface FetchedFile {
  readonly path: string;
  /** Removes what was downloaded. @default - the file is where it was */
  readonly release?: () => Promise<void>;
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
  const location = listedLocation(file.uri);
  if (location.kind === 'local') {
    await unchanged(file, location.path);
    return { path: location.path };
  }
  const signed = uris.find((uri) => shownUri(uri) === file.uri) ?? file.uri;
  const from = location.kind === 'http' ? parsePackageUri(signed) : location;
  const name = createHash('sha256').update(file.uri).digest('hex').slice(0, 32);
  const target = path.join(directory, name);
  try {
    await makeFolder(directory);
    await download(from, target, { ...LOADING_OPTIONS, maxBytes: MAX_BYTES }, signal);
    if (location.kind === 'store') await sameObject(file, location);
    else await sameAnswer(file, signed);
  } catch (error) {
    throw diskError(error, directory);
  }
  return { path: target, release: () => rm(target, { force: true }) };
}

/** Held against the listing once all of it is here: what is written over meanwhile is known by this. */
async function sameObject(file: InputFile, location: StoreLocation): Promise<void> {
  const slash = location.key.lastIndexOf('/');
  const store = await openStore({ ...location, key: location.key.slice(0, Math.max(slash, 0)) });
  const now = await store.stat(location.key.slice(slash + 1));
  if (now !== undefined && now.bytes === file.bytes && sameTag(now.etag, file.etag)) return;
  throw changed(file, now === undefined);
}

/** As `sameObject`. Where the server tells nothing, nothing can be held against it. */
async function sameAnswer(file: InputFile, address: string): Promise<void> {
  if (file.etag === '') return;
  const now = await httpFacts(address, file.uri);
  if (now.bytes !== file.bytes || !sameTag(now.etag, file.etag)) throw changed(file, false);
}

/** Azure quotes ETags in headers and not in listings. Where a listing has none, `bytes-time` stands for it: the bytes decide. */
function sameTag(a: string, b: string): boolean {
  const bare = (tag: string): string => tag.replace(/^W\//, '').replace(/^"|"$/g, '');
  const madeUp = /^\d+-.*(T|null|undefined)/;
  return bare(a) === bare(b) || madeUp.test(a) || madeUp.test(b);
}

async function unchanged(file: InputFile, local: string): Promise<void> {
  const now = await stat(local).catch(() => undefined);
  const etag = now && `${now.size}-${now.mtimeMs}`;
  if (etag !== file.etag) throw changed(file, now === undefined);
}

function changed({ uri }: InputFile, gone: boolean): BatchError {
  return new BatchError({
    code: 'BATCH_INPUT_CHANGED',
    at: uri,
    what: gone ? 'the file is gone' : 'the file has changed since the run began',
    remedy: 'Put the file back, or begin another run.',
  });
}
