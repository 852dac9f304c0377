import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemError, show } from '@inferstack/runtime/contract';
import { checkRequest } from './check-request';
import type { LockEntry, SourceKind, SourceRequest } from './source-request';

export const LOCK_FILE = 'inferstack.lock.json';
export const LOCK_REMEDY = `Run \`npx inferstack model lock <app>\` and commit ${LOCK_FILE}.`;

const LOCK_VERSION = 1;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HASH = /^md5:[0-9a-f]{32}(\.dir)?$/;

/** Fields of a resolved address; those in the second list may be missing. */
const FIELDS: Readonly<Record<SourceKind, readonly [readonly string[], readonly string[]]>> = {
  uri: [['uri'], []],
  mlflow: [['model'], ['trackingUri']],
  dvc: [['path'], ['remote', 'hash']],
  oci: [['reference'], []],
  wandb: [['artifact'], ['baseUrl']],
};

export type LockEntries = Readonly<Record<string, LockEntry>>;
type Json = Readonly<Record<string, unknown>>;

/** In the working directory, where the app is synthesized. */
export const lockFile = (): string => path.resolve(LOCK_FILE);

/**
 * The entries of the lock file by source; undefined when there is none.
 *
 * @throws ProblemError LOCK_INVALID
 */
export function readLock(file = lockFile()): LockEntries | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseLock(text);
}

/** Sorted, one value a line: the same sources give the same bytes, and a moved alias is a diff of few lines. */
export function writeLock(entries: LockEntries, file = lockFile()): void {
  const models = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ lockVersion: LOCK_VERSION, models }, undefined, 2)}\n`);
}

function parseLock(text: string): LockEntries {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ProblemError([invalid(LOCK_FILE, (error as Error).message, undefined, 'JSON')]);
  }
  const { lockVersion, models } = asObject(LOCK_FILE, document);
  if (lockVersion !== LOCK_VERSION) {
    throw new ProblemError([
      invalid('lockVersion', 'the version is unknown', lockVersion, `${LOCK_VERSION}`),
    ]);
  }
  const entries = Object.entries(asObject('models', models));
  return Object.fromEntries(entries.map(([key, entry]) => [key, parseEntry(`models["${key}"]`, entry)]));
}

function parseEntry(at: string, value: unknown): LockEntry {
  const { digest, model, resolved } = asObject(at, value);
  if (typeof digest !== 'string' || !DIGEST.test(digest)) {
    throw new ProblemError([
      invalid(`${at}.digest`, 'is not a digest', digest, 'sha256: and 64 hexadecimal digits'),
    ]);
  }
  if (typeof model !== 'string')
    throw new ProblemError([invalid(`${at}.model`, 'is not a text', model, 'a text')]);
  return { digest, model, resolved: parseResolved(`${at}.resolved`, resolved) };
}

function parseResolved(at: string, value: unknown): SourceRequest {
  const object = asObject(at, value);
  const kind = object['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) {
    throw new ProblemError([
      invalid(`${at}.kind`, 'is no kind of source', kind, Object.keys(FIELDS).join(', ')),
    ]);
  }
  const [required, optional] = FIELDS[kind as SourceKind];
  for (const [key, field] of Object.entries(object)) {
    if (key === 'kind') continue;
    if (![...required, ...optional].includes(key) || typeof field !== 'string') {
      throw new ProblemError([invalid(`${at}.${key}`, 'is not a text, or not expected here', field)]);
    }
  }
  const missing = required.find((key) => object[key] === undefined);
  if (missing !== undefined) throw new ProblemError([invalid(`${at}.${missing}`, 'is missing', undefined)]);
  const request = object as unknown as SourceRequest;
  if (request.kind === 'dvc' && request.hash !== undefined && !HASH.test(request.hash)) {
    throw new ProblemError([
      invalid(`${at}.hash`, 'is not a hash', request.hash, 'md5: and 32 hexadecimal digits'),
    ]);
  }
  checkRequest(request);
  return request;
}

function asObject(at: string, value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ProblemError([invalid(at, 'is not an object', value, 'an object')]);
}

function invalid(at: string, what: string, got: unknown, allowed?: string): Problem {
  return {
    code: 'LOCK_INVALID',
    at: at === LOCK_FILE ? at : `${LOCK_FILE} ${at}`,
    what,
    ...(got === undefined ? {} : { got: show(got) }),
    ...(allowed === undefined ? {} : { allowed }),
    remedy: `Do not edit it by hand. ${LOCK_REMEDY}`,
  };
}
