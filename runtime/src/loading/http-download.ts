import { isFileError } from './file-error';
import { LoadingError } from './problems';
import { checkLength, type DownloadLimits, StallGuard, writeDownload } from './write-download';

/**
 * Downloads an archive over HTTP or HTTPS, one attempt.
 *
 * @param extraHeaders authorization among them is dropped when a redirect leaves the host.
 * @throws LoadingError, retryable for 408, 429, 5xx and whatever the network does.
 */
export async function downloadHttp(
  url: URL,
  file: string,
  shown: string,
  limits: DownloadLimits,
  signal?: AbortSignal,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<void> {
  const guard = new StallGuard(limits.stallTimeoutMs, signal);
  try {
    const response = await fetch(withoutUserinfo(url), {
      headers: { ...headers(url), ...extraHeaders },
      signal: guard.signal,
    });
    guard.feed();
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw statusError(response, shown);
    }
    const expected = contentLength(response);
    if (expected !== undefined) checkLength(expected, limits.maxBytes, shown);
    await writeDownload(guard.watch(response.body), file, expected, limits, shown, guard.signal);
  } catch (error) {
    throw translate(error, guard, shown, limits);
  } finally {
    guard.stop();
  }
}

function translate(error: unknown, guard: StallGuard, shown: string, limits: DownloadLimits): unknown {
  if (error instanceof LoadingError || isFileError(error)) return error;
  const what = guard.stalled
    ? `no byte came for ${limits.stallTimeoutMs} ms`
    : `the connection failed: ${networkReason(error)}`;
  return new LoadingError('LOAD_FAILED', shown, { what, remedy: NETWORK_REMEDY }, true);
}

const NETWORK_REMEDY =
  'Check the address, name resolution, the route out of this network (NAT, endpoints, proxies) and the certificate.';

/** The cause that `fetch` wraps; system errors hold an address, never a query. */
function networkReason(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return cause?.code ?? cause?.message ?? message ?? 'unknown';
}

function statusError(response: Response, shown: string): LoadingError {
  const { status } = response;
  // Azure names the cause: no such right, refused by the network rules, no such blob.
  const cause = /^\w{1,60}$/.exec(response.headers.get('x-ms-error-code') ?? '')?.[0];
  const got = cause === undefined ? `HTTP ${status}` : `HTTP ${status}, ${cause}`;
  if (status === 404 || status === 410) {
    const remedy = 'Check the address and that the package was uploaded.';
    return new LoadingError('LOAD_NOT_FOUND', shown, { what: 'nothing is there', got, remedy });
  }
  if (status === 401 || status === 403) {
    const remedy = 'Grant this replica read access; a presigned address may have expired.';
    return new LoadingError('LOAD_ACCESS_DENIED', shown, { what: 'access was refused', got, remedy });
  }
  const retryable = status >= 500 || status === 408 || status === 429;
  const text = {
    what: 'the store answered with an error',
    got,
    allowed: 'HTTP 200',
    remedy: 'Check the store.',
  };
  return new LoadingError('LOAD_FAILED', shown, text, retryable, retryAfter(response));
}

function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

/** Undefined when the body is decoded on the way: its length then says nothing about what arrives. */
function contentLength(response: Response): number | undefined {
  const header = response.headers.get('content-length');
  return header === null || response.headers.has('content-encoding') ? undefined : Number(header);
}

// `fetch` refuses addresses that carry credentials, and drops this header when a redirect leaves the host.
function headers(url: URL): Record<string, string> {
  // Identity: an archive that is unpacked on the way would have another length.
  const accept = { 'accept-encoding': 'identity' };
  if (url.username === '' && url.password === '') return accept;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { ...accept, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function withoutUserinfo(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}
