import { mutateBytes } from './mutate-bytes';
import { mutateJson } from './mutate-json';
import type { Random } from './random';

export interface HttpCase {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** A valid request with the JSON it is made of and raw tensors behind it. */
export interface Seed {
  readonly path: string;
  readonly json: unknown;
  /** Binary tensors after the JSON; the JSON then says how long each is. */
  readonly binary?: Buffer;
}

const PATHS = [
  '/v2',
  '/v2/',
  '/v2/models',
  '/v2/models/%',
  '/v2/models/%2e%2e%2f/infer',
  '/v2/models/breast-cancer/versions//infer',
  '/v2/models/breast-cancer/versions/9/infer',
  `/v2/models/${'x'.repeat(2000)}/infer`,
  '//v2/models/digits/infer',
  '/v2/models/digits/infer?x=%00',
  '/v2/repository/index',
  '/v2/openapi.json',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/octet-stream',
  'text/plain',
  '',
];
const ENCODINGS = ['gzip', 'deflate', 'br', 'identity', 'gzip, gzip', 'zstd'];

/** Makes one request out of a valid one: its structure, its bytes, its headers or its path are changed. */
export function httpCase(seed: Seed, random: Random): HttpCase {
  const json = Buffer.from(
    JSON.stringify(random.chance(0.7) ? mutateJson(seed.json, random) : seed.json) ?? '',
  );
  const whole = seed.binary ? Buffer.concat([json, seed.binary]) : json;
  const body = random.chance(0.3) ? mutateBytes(whole, random) : whole;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (seed.binary) headers['inference-header-content-length'] = headerLength(json.length, random);
  if (random.chance(0.05)) headers['content-type'] = random.pick(TYPES);
  if (random.chance(0.03)) headers['content-encoding'] = random.pick(ENCODINGS);
  if (random.chance(0.03)) headers['inference-header-content-length'] = headerLength(json.length, random);
  if (random.chance(0.03)) headers['x-request-id'] = 'é'.length > 1 ? 'id' : 'x'.repeat(random.below(300));
  const path = random.chance(0.05) ? random.pick(PATHS) : seed.path;
  const method = random.chance(0.01) ? 'GET' : 'POST';
  return { method, path, headers, body: method === 'GET' ? undefined : body };
}

function headerLength(length: number, random: Random): string {
  if (random.chance(0.7)) return String(length);
  return random.pick([
    '',
    '-1',
    '0',
    '1e3',
    'x',
    '99999999999999999999',
    String(length + 1),
    String(length - 1),
  ]);
}
