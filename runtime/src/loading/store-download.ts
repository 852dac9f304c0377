import { azureStorageToken } from './azure-credentials';
import { downloadBlob } from './azure-download';
import { isFileError } from './file-error';
import type { StoreLocation } from './package-uri';
import { LoadingError } from './problems';
import { storeService } from './store-options';
import { checkLength, type DownloadLimits, StallGuard, writeDownload } from './write-download';

/**
 * Downloads an archive from S3, Azure Blob Storage or Google Cloud Storage, one attempt.
 *
 * @throws LoadingError, retryable where the store says that the failure is temporary.
 */
export async function downloadObject(
  location: StoreLocation,
  file: string,
  limits: DownloadLimits,
  signal?: AbortSignal,
): Promise<void> {
  if (location.store === 'azblob') {
    const token = await azureStorageToken(process.env, signal);
    if (token !== undefined) return downloadBlob(location, token, file, limits, signal);
  }
  const { service, options } = await storeService(location, process.env, signal);
  // 30 MB of native code that a replica with a local model never needs.
  const { Operator } = await import('opendal');
  const guard = new StallGuard(limits.stallTimeoutMs, signal);
  try {
    const operator = new Operator(service, options);
    const { contentLength } = await orAborted(operator.stat(location.key), guard.signal);
    const expected = contentLength === null ? undefined : Number(contentLength);
    if (expected !== undefined) checkLength(expected, limits.maxBytes, location.shown);
    guard.feed();
    const reader = await orAborted(operator.reader(location.key), guard.signal);
    const source = guard.watch(reader.createReadStream());
    await writeDownload(source, file, expected, limits, location.shown, guard.signal);
  } catch (error) {
    throw translate(error, guard, location, limits);
  } finally {
    guard.stop();
  }
}

/** Native calls cannot be interrupted: this stops waiting for them. */
function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function translate(
  error: unknown,
  guard: StallGuard,
  location: StoreLocation,
  limits: DownloadLimits,
): unknown {
  if (error instanceof LoadingError || isFileError(error)) return error;
  const { shown } = location;
  if (guard.stalled) {
    const what = `no byte came for ${limits.stallTimeoutMs} ms`;
    return new LoadingError('LOAD_FAILED', shown, { what, remedy: REACH }, true);
  }
  const message = String((error as Error).message);
  const { kind, temporary, status, reason } = readStoreError(message);
  const got = [kind, status, reason].filter((part) => part !== '').join(', ');
  switch (kind) {
    case 'NotFound':
      return new LoadingError('LOAD_NOT_FOUND', shown, { what: 'nothing is there', got, remedy: UPLOAD });
    case 'PermissionDenied':
      return new LoadingError('LOAD_ACCESS_DENIED', shown, {
        what: 'access was refused',
        got,
        remedy: GRANT,
      });
    case 'ConfigInvalid':
      return new LoadingError('LOAD_FAILED', shown, { what: 'a setting is missing', got, remedy: SETTINGS });
    default:
      return new LoadingError(
        'LOAD_FAILED',
        shown,
        { what: 'the store failed', got, remedy: REACH },
        temporary,
      );
  }
}

const UPLOAD = 'Check the address and that the package was uploaded.';
const GRANT =
  'Grant the role or identity of this replica read access to the object (and to its encryption key).';
const SETTINGS = 'Set the region (AWS_REGION) or account that the store needs.';
const REACH = 'Check name resolution and the route from this network to the store (NAT, private endpoints).';

interface StoreError {
  readonly kind: string;
  readonly temporary: boolean;
  readonly status: string;
  readonly reason: string;
}

/**
 * Takes from opendal's message what is safe to show. The rest of it holds addresses with signatures and headers.
 * Form: `Kind (permanent|temporary) at operation, context: { ..., status: 403, ... } => Error { code: "X", ... }`.
 */
export function readStoreError(message: string): StoreError {
  const head = /^(\w+) \((\w+)\)/.exec(message);
  const status = /\bstatus: (\d{3})\b/.exec(message)?.[1];
  const code = /(?:\bcode: "|<Code>)(\w+)/.exec(message)?.[1];
  const missing = /=> ([a-z][a-z ]*(?:is missing|is empty|not found))/i.exec(message)?.[1];
  return {
    kind: head?.[1] ?? 'Unexpected',
    temporary: head?.[2] === 'temporary',
    status: status === undefined ? '' : `HTTP ${status}`,
    reason: code ?? missing ?? '',
  };
}
