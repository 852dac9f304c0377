import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { JSONWebKeySet, JWK } from 'jose';
import { ProblemError } from '../contract';
import type { SecurityCode } from './problems';

const AT = 'auth.jwt.jwksUri';
const FETCH_MS = 5000;
const MAX_BYTES = 1024 * 1024;
const MAX_KEYS = 100;

/** @throws ProblemError AUTH_JWKS_URI_INVALID */
export function parseKeySetUri(text: string): URL {
  const uri = URL.canParse(text) ? new URL(text) : undefined;
  if (uri === undefined || !['http:', 'https:', 'file:'].includes(uri.protocol))
    throw problem(
      'AUTH_JWKS_URI_INVALID',
      'not an http, https or file URI',
      'Give the jwks_uri of the issuer.',
    );
  if (uri.username !== '' || uri.password !== '')
    throw problem(
      'AUTH_JWKS_URI_INVALID',
      'holds a user or a password',
      'Key sets are public: leave them out.',
    );
  return uri;
}

/**
 * The text of a key set, from a file or over HTTP.
 *
 * @throws ProblemError AUTH_JWKS_UNAVAILABLE
 */
export async function fetchKeySet(uri: URL): Promise<string> {
  try {
    return uri.protocol === 'file:' ? await readFile(fileURLToPath(uri), 'utf8') : await download(uri);
  } catch (error) {
    const remedy = 'Check the address, and that this process may reach it.';
    throw problem('AUTH_JWKS_UNAVAILABLE', causeOf(error), remedy);
  }
}

async function download(uri: URL): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const response = await fetch(uri, { headers, redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the answer is status ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
  }
  return text;
}

/**
 * The keys of a set that can verify signatures: public ones of RSA and elliptic curves.
 *
 * @throws ProblemError AUTH_JWKS_INVALID
 */
export function parseKeySet(text: string): JSONWebKeySet {
  let keys: unknown;
  try {
    keys = (JSON.parse(text) as { readonly keys?: unknown } | null)?.keys;
  } catch {
    keys = undefined;
  }
  const remedy = 'Serve the JSON Web Key Set of the issuer (RFC 7517).';
  if (!Array.isArray(keys) || keys.length > MAX_KEYS)
    throw problem('AUTH_JWKS_INVALID', `not JSON with at most ${MAX_KEYS} keys`, remedy);
  const usable = keys.filter(canVerify);
  if (usable.length === 0)
    throw problem('AUTH_JWKS_INVALID', 'there is no public RSA, EC or OKP key in it', remedy);
  return { keys: usable };
}

function canVerify(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, d } = key as Partial<JWK>;
  return ['RSA', 'EC', 'OKP'].includes(kty!) && d === undefined;
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error & { readonly cause?: Error };
  const inner = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return `${message}${inner}`;
}

function problem(code: SecurityCode, what: string, remedy: string): ProblemError {
  return new ProblemError([{ code, at: AT, what, remedy }]);
}
