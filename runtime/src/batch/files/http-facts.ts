import { BatchError } from '../problems';

const TIMEOUT_MS = 30_000;

/**
 * What a server says of a file before it is downloaded. Asked for its first byte where HEAD is refused, as addresses that
 * are signed for GET do.
 *
 * @returns an empty ETag where nothing tells one content from another
 * @throws BatchError BATCH_INPUT_EMPTY, BATCH_STORE_FAILED
 */
export async function httpFacts(address: string, shown: string): Promise<{ bytes: number; etag: string }> {
  let response = await ask(address, shown, { method: 'HEAD' });
  if (!response.ok) response = await ask(address, shown, { headers: { range: 'bytes=0-0' } });
  if (!response.ok) throw refused(shown, `HTTP ${response.status}`, response.status);
  const { headers } = response;
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return {
    bytes: Number(total ?? headers.get('content-length') ?? 0),
    etag: headers.get('etag') ?? headers.get('last-modified') ?? '',
  };
}

async function ask(address: string, shown: string, init: RequestInit): Promise<Response> {
  const { username, password } = new URL(address);
  const url = new URL(address);
  url.username = url.password = '';
  const headers = new Headers(init.headers);
  if (username !== '' || password !== '') {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  }
  try {
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw refused(shown, cause?.code ?? message, undefined);
  }
}

function refused(at: string, got: string, status: number | undefined): BatchError {
  const gone = status === 404 || status === 410;
  return new BatchError({
    code: gone ? 'BATCH_INPUT_EMPTY' : 'BATCH_STORE_FAILED',
    at,
    what: gone ? 'there is no file' : 'the server did not give the file',
    got,
    remedy: 'Check the address, its signature if it has one, and the route to the server.',
  });
}
