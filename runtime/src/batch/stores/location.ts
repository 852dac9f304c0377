import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalLocation, StoreLocation, StoreScheme } from '../../loading/package-uri';
import { shownUri } from '../../loading/package-uri';
import { BatchError } from '../problems';

/** A file or folder, taken apart. `shown` carries no credentials and no query. */
export type BatchLocation =
  | LocalLocation
  | { readonly kind: 'http'; readonly url: string; readonly shown: string }
  | StoreLocation;

const ALLOWED =
  'a path, file:///path, s3://bucket/key, gs://bucket/key, azblob://account/container/path; for input https://host/file as well';

/** @throws BatchError BATCH_URI_INVALID */
export function parseBatchUri(uri: string): BatchLocation {
  const shown = shownUri(uri);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'local', path: path.resolve(uri), shown: uri };
  if (scheme === 'file') return { kind: 'local', path: localPath(uri), shown };
  if (scheme === 'http' || scheme === 'https') return { kind: 'http', url: uri, shown };
  const parts = /^(s3|gs|azblob):\/\/([^/?#]+)\/*([^?#]*)$/i.exec(uri);
  if (parts === null) throw invalid(shown, 'the address has a form that is not known');
  const store = parts[1]!.toLowerCase() as StoreScheme;
  const key = parts[3]!.replace(/\/+$/, '');
  if (store !== 'azblob') return { kind: 'store', store, account: '', bucket: parts[2]!, key, shown };
  const [bucket = '', ...rest] = key.split('/');
  if (bucket === '') throw invalid(shown, 'the address names no container');
  return { kind: 'store', store, account: parts[2]!, bucket, key: rest.join('/'), shown };
}

/**
 * A file that was listed, by its address. Its key may hold every character, and each stands for itself: nothing in it is a
 * query or an encoding.
 */
export function listedLocation(uri: string): BatchLocation {
  const parts = /^(s3|gs|azblob):\/\/([^/]+)\/(.*)$/s.exec(uri);
  if (parts === null) return parseBatchUri(uri);
  const [, store, account, key] = parts as unknown as [string, StoreScheme, string, string];
  if (store !== 'azblob') return { kind: 'store', store, account: '', bucket: account, key, shown: uri };
  const slash = key.indexOf('/');
  return {
    ...{ kind: 'store', store, account, shown: uri },
    ...{ bucket: key.slice(0, slash), key: key.slice(slash + 1) },
  };
}

function localPath(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw invalid(shownUri(uri), 'the file address names another host');
  }
}

function invalid(at: string, what: string): BatchError {
  const remedy = 'Correct the address.';
  return new BatchError({ code: 'BATCH_URI_INVALID', at, what, allowed: ALLOWED, remedy });
}
