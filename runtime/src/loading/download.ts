import { downloadHttp } from './http-download';
import type { PackageLocation } from './package-uri';
import { type RetryOptions, withRetries } from './retry';
import { downloadObject } from './store-download';
import type { DownloadLimits } from './write-download';

/**
 * Downloads what is at an address into a file; a local one stays where it is.
 *
 * @param headers of HTTP addresses; authorization among them is dropped when a redirect leaves the host.
 * @throws LoadingError LOAD_...
 */
export async function download(
  location: PackageLocation,
  file: string,
  options: DownloadLimits & RetryOptions,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (location.kind === 'local') return;
  await withRetries(options, signal, () =>
    location.kind === 'http'
      ? downloadHttp(location.url, file, location.shown, options, signal, headers)
      : downloadObject(location, file, options, signal),
  );
}
