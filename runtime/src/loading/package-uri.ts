import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoadingError } from './problems';

/** Where a package is, taken apart. `shown` is fit for messages: it carries no credentials and no query. */
export type PackageLocation =
  | LocalLocation
  | { readonly kind: 'http'; readonly url: URL; readonly shown: string }
  | StoreLocation;

export interface LocalLocation {
  readonly kind: 'local';
  readonly path: string;
  readonly shown: string;
}

/** An object, or a folder of them. */
export interface StoreLocation {
  readonly kind: 'store';
  readonly store: StoreScheme;
  /** azblob: the storage account; otherwise empty. */
  readonly account: string;
  /** Bucket, or container of the account. */
  readonly bucket: string;
  /** Of a folder: without slashes at its ends, empty for the whole bucket. */
  readonly key: string;
  readonly shown: string;
}

export type StoreScheme = 's3' | 'azblob' | 'gs';

const ALLOWED =
  'a path, file:///path, http(s)://host/path, s3://bucket/key, gs://bucket/key, azblob://account/container/path';

/** @throws LoadingError LOAD_URI_INVALID */
export function parsePackageUri(uri: string): PackageLocation {
  // A single letter before the colon is a Windows drive, not a scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'local', path: path.resolve(uri), shown: uri };
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const shown = shownUri(uri);
  switch (url && scheme) {
    case 'file':
      return { kind: 'local', path: filePath(url!, shown), shown };
    case 'http':
    case 'https':
      return { kind: 'http', url: url!, shown };
    case 's3':
    case 'gs':
      return objectAt(scheme as 's3' | 'gs', '', url!.hostname, keyOf(url!), shown);
    case 'azblob': {
      const [container = '', ...rest] = keyOf(url!).split('/');
      return objectAt('azblob', url!.hostname, container, rest.join('/'), shown);
    }
    default:
      throw invalid(shown, 'the address has a scheme the runtime does not know');
  }
}

/** An address without user name, password, query and fragment: these may hold secrets. */
export function shownUri(uri: string): string {
  return uri.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/]*@/i, '$1');
}

function filePath(url: URL, shown: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw invalid(shown, 'the file address names another host');
  }
}

function keyOf(url: URL): string {
  return decodeURIComponent(url.pathname.slice(1));
}

function objectAt(
  store: StoreScheme,
  account: string,
  bucket: string,
  key: string,
  shown: string,
): PackageLocation {
  if (bucket === '' || key === '' || (store === 'azblob' && account === '')) {
    throw invalid(shown, 'the address names no object');
  }
  if (key.endsWith('/')) {
    throw invalid(shown, 'the address names a folder of the store, where one archive is expected');
  }
  return { kind: 'store', store, account, bucket, key, shown };
}

function invalid(shown: string, what: string): LoadingError {
  return new LoadingError('LOAD_URI_INVALID', shown, {
    what,
    got: JSON.stringify(shown),
    allowed: ALLOWED,
    remedy: 'Name a package directory of this machine, or a .tar.gz of the package in a store.',
  });
}
