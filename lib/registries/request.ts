import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '@inferstack/runtime/contract';
import { registryError } from './problems';

export interface RegistryRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with POST, for questions that are too long for an address. @default - GET */
  readonly body?: string;
  /** What is asked for, for messages. */
  readonly at: string;
  /** How access is given, for messages. */
  readonly access: string;
  /** Statuses that say that there is nothing of the name. @default [404, 410] */
  readonly missing?: readonly number[];
}

const ATTEMPTS = 4;
const BASE_DELAY_MS = 250;
const TIMEOUT_MS = 30_000;
/** Listings and manifests; whatever is larger is no document of a registry. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Asks a registry for a document. Status 408, 429, 5xx and failures of the network are tried again.
 *
 * @throws ProblemError REGISTRY_UNREACHABLE, REGISTRY_DENIED, REGISTRY_NOT_FOUND, REGISTRY_ANSWER
 */
export async function requestText(request: RegistryRequest): Promise<string> {
  const response = await send(request);
  if (response.ok) return readBounded(response, request);
  await response.body?.cancel();
  throw statusError(request, response.status);
}

export async function requestJson(request: RegistryRequest): Promise<Readonly<Record<string, unknown>>> {
  return parseObject(request.at, await requestText(request));
}

/** @throws ProblemError REGISTRY_ANSWER */
export function parseObject(at: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Told below, together with other documents of the wrong form.
  }
  throw registryError('REGISTRY_ANSWER', at, {
    what: 'the answer is not a JSON object',
    remedy: 'Check that the address is that of the registry itself, not of a page in front of it.',
  });
}

/** The answer whatever its status, once the registry gives one that is final. */
export async function send(request: RegistryRequest): Promise<Response> {
  for (let tried = 1; ; tried++) {
    const outcome = await attempt(request);
    if (!(outcome instanceof ProblemError) && !isTemporary(outcome.status)) return outcome;
    if (tried === ATTEMPTS) {
      throw outcome instanceof ProblemError ? outcome : statusError(request, outcome.status);
    }
    if (!(outcome instanceof ProblemError)) await outcome.body?.cancel();
    await sleep(Math.random() * BASE_DELAY_MS * 2 ** tried);
  }
}

async function attempt({ url, headers, body, at }: RegistryRequest): Promise<Response | ProblemError> {
  try {
    const method = body === undefined ? 'GET' : 'POST';
    return await fetch(url, {
      method,
      body,
      headers: { ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
    return registryError('REGISTRY_UNREACHABLE', at, {
      what: `the connection to ${url.host} failed`,
      got: cause?.code ?? cause?.message ?? message,
      remedy: 'Check the address, the network (proxy, VPN) and the certificate.',
    });
  }
}

const isTemporary = (status: number): boolean => status >= 500 || status === 408 || status === 429;

export function statusError(request: RegistryRequest, status: number): ProblemError {
  const { at, access, url, missing = [404, 410] } = request;
  const got = `HTTP ${status} from ${url.host}`;
  if (status === 401 || status === 403) {
    return registryError('REGISTRY_DENIED', at, { what: 'access was refused', got, remedy: access });
  }
  if (missing.includes(status)) {
    const remedy = 'Check name, version, alias or tag, and that it was published.';
    return registryError('REGISTRY_NOT_FOUND', at, {
      what: 'the registry has nothing of that name',
      got,
      remedy,
    });
  }
  const remedy = 'Check the registry and its log.';
  const what = 'the registry answered with an error';
  return registryError('REGISTRY_UNREACHABLE', at, { what, got, allowed: 'HTTP 200', remedy });
}

async function readBounded(response: Response, { at }: RegistryRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) {
      throw registryError('REGISTRY_ANSWER', at, {
        what: 'the document is too large',
        allowed: `at most ${MAX_BYTES} bytes`,
        remedy: 'Check that the address is that of the registry.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
