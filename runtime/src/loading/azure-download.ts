import { downloadHttp } from './http-download';
import type { StoreLocation } from './package-uri';
import { LoadingError } from './problems';
import { blobEndpoint } from './store-options';
import type { DownloadLimits } from './write-download';

/** The first version of the service that takes tokens in the form of now; any later one would do. */
export const SERVICE_VERSION = '2021-12-02';

/**
 * Downloads an archive from Blob Storage with a token, one attempt.
 *
 * Source: https://learn.microsoft.com/rest/api/storageservices/get-blob
 *
 * @throws LoadingError, retryable for 408, 429, 5xx and whatever the network does.
 */
export async function downloadBlob(
  location: StoreLocation,
  token: string,
  file: string,
  limits: DownloadLimits,
  signal?: AbortSignal,
): Promise<void> {
  const url = blobUrl(location);
  const headers = { authorization: `Bearer ${token}`, 'x-ms-version': SERVICE_VERSION };
  try {
    await downloadHttp(url, file, location.shown, limits, signal, headers);
  } catch (error) {
    if (!(error instanceof LoadingError) || error.code !== 'LOAD_ACCESS_DENIED') throw error;
    const { what, got } = error.problems[0]!;
    throw new LoadingError('LOAD_ACCESS_DENIED', location.shown, { what, got, remedy: GRANT });
  }
}

const GRANT =
  'Grant the identity of this replica Storage Blob Data Reader on the container; a new grant takes minutes to work. ' +
  'Check the network rules of the storage account as well.';

function blobUrl(location: StoreLocation): URL {
  const container = containerUrl(location);
  const key = location.key.split('/').map(encodeURIComponent).join('/');
  return new URL(`${container.pathname}/${key}`, container);
}

/** @throws LoadingError LOAD_URI_INVALID when the token would travel in the clear. */
export function containerUrl(location: Pick<StoreLocation, 'account' | 'bucket'>): URL {
  const base = new URL(blobEndpoint(location, process.env));
  if (base.protocol !== 'https:' && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(base.hostname)) {
    throw new LoadingError('LOAD_URI_INVALID', 'AZURE_STORAGE_BLOB_ENDPOINT', {
      what: 'a token would be sent in the clear',
      got: base.origin,
      allowed: 'https, or this machine',
      remedy: 'Use https.',
    });
  }
  // An emulator has the account in its path.
  const root = base.pathname.replace(/\/+$/, '');
  return new URL(`${root}/${encodeURIComponent(location.bucket)}`, base.origin);
}
