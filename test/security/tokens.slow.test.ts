import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { JwtVerifier } from '../../runtime/src/security/jwt-verifier';
import { KeySet, type KeySetTimes } from '../../runtime/src/security/key-set';
import { TokenCache } from '../../runtime/src/security/token-cache';
import { until } from '../runtime/support/wait';
import { Issuer } from './support/issuer';
import { LogRecorder } from './support/log-recorder';
import { TemporaryFiles } from './support/temporary-files';

const NEVER = 1e9;
const times = (change: Partial<KeySetTimes> = {}): KeySetTimes => ({
  refreshMs: NEVER,
  retryMs: NEVER,
  cooldownMs: 0,
  ...change,
});

let issuer: Issuer;
let log: LogRecorder;
let keys: KeySet | undefined;

beforeEach(async () => {
  issuer = await Issuer.start();
  log = new LogRecorder();
});

afterEach(async () => {
  keys?.close();
  keys = undefined;
  await issuer.stop();
});

async function verifier(change?: Partial<KeySetTimes>, uri = issuer.uri): Promise<JwtVerifier> {
  keys = await KeySet.open(uri, log.logger, times(change));
  return new JwtVerifier(keys, issuer.config);
}

const verify = (jwt: JwtVerifier, token: string) =>
  jwt.verify(token, createHash('sha256').update(token).digest('base64'));

test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('tokens of %s', async (alg) => {
  await issuer.rotate('first', alg);
  const jwt = await verifier();
  expect(await verify(jwt, await issuer.sign({ sub: 'me' }))).toBe('me');
});

test('a token is verified once and then known, without a promise, until it expires', async () => {
  const jwt = await verifier();
  const now = Math.floor(Date.now() / 1000);
  const token = await issuer.sign();
  const first = verify(jwt, token);
  expect(first).toBeInstanceOf(Promise);
  // Who comes meanwhile waits for the same.
  expect(verify(jwt, token)).toBe(first);
  await first;
  expect(verify(jwt, token)).toBe('team-a');
  // Within the tolerance of clocks it is valid, but no longer remembered.
  const ending = await issuer.sign({ exp: now - 1 });
  expect(await verify(jwt, ending)).toBe('team-a');
  expect(verify(jwt, ending)).toBeInstanceOf(Promise);
});

test('a token is not remembered beyond its key', async () => {
  const jwt = await verifier({ refreshMs: 20 });
  const token = await issuer.sign();
  await verify(jwt, token);
  expect(verify(jwt, token)).toBe('team-a');
  await issuer.rotate('second');
  await until(async () => (await verify(jwt, token)) === undefined);
});

test('a key that is not known is looked for, once for all who wait', async () => {
  const jwt = await verifier();
  expect(issuer.requests).toBe(1);
  await issuer.rotate('second');
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => issuer.sign({ sub: `s${i}` })));
  const subjects = await Promise.all(tokens.map((token) => verify(jwt, token)));
  expect(subjects).toEqual(tokens.map((_, i) => `s${i}`));
  expect(issuer.requests).toBe(2);
});

test('names of keys that do not exist cannot be used to burden the issuer', async () => {
  const jwt = await verifier({ cooldownMs: NEVER });
  for (let i = 0; i < 20; i++)
    expect(await verify(jwt, await issuer.sign({}, { kid: `none-${i}` }))).toBeUndefined();
  expect(issuer.requests).toBe(2);
  expect(await verify(jwt, await issuer.sign())).toBe('team-a');
});

test.each(['broken', 'empty'] as const)(
  'while the issuer is %s the old keys stay, told once',
  async (mode) => {
    const jwt = await verifier({ retryMs: 20, refreshMs: 20 });
    issuer.mode = mode;
    await until(() => log.events('jwks_refresh_failed').length > 0);
    const asked = issuer.requests;
    await until(() => issuer.requests > asked + 3);
    expect(log.events('jwks_refresh_failed').length).toBe(1);
    expect(await verify(jwt, await issuer.sign())).toBe('team-a');
    await issuer.rotate('second');
    issuer.mode = 'normal';
    await until(async () => (await verify(jwt, await issuer.sign())) === 'team-a');
  },
);

test('an issuer that hangs holds up those with unknown keys alone', async () => {
  const jwt = await verifier();
  issuer.mode = 'hang';
  const unknown = verify(jwt, await issuer.sign({}, { kid: 'new' }));
  await until(() => issuer.requests === 2);
  expect(await verify(jwt, await issuer.sign())).toBe('team-a');
  // Ends with the time a fetch may take.
  expect(await unknown).toBeUndefined();
});

test('a token without a key id is tried with every key that fits', async () => {
  const before = await issuer.sign({ sub: 'old' }, { kid: undefined });
  await issuer.rotate('second', 'ES256', true);
  const jwt = await verifier();
  expect(await verify(jwt, before)).toBe('old');
  expect(await verify(jwt, await issuer.sign({ sub: 'new' }, { kid: undefined }))).toBe('new');
  const other = await Issuer.start();
  expect(await verify(jwt, await other.sign({}, { kid: undefined }))).toBeUndefined();
  await other.stop();
});

test('a key set in a file is read again when it changes', async () => {
  const files = new TemporaryFiles();
  const uri = pathToFileURL(files.write('jwks.json', issuer.keySet)).href;
  const jwt = await verifier({ refreshMs: 20 }, uri);
  expect(await verify(jwt, await issuer.sign())).toBe('team-a');
  const old = await issuer.sign({ sub: 'old' });
  await issuer.rotate('second');
  files.write('jwks.json', issuer.keySet);
  await until(async () => (await verify(jwt, old)) === undefined);
  expect(await verify(jwt, await issuer.sign())).toBe('team-a');
  expect(issuer.requests).toBe(0);
  files.remove();
});

test.each([
  ['ftp://x/keys', 'AUTH_JWKS_URI_INVALID'],
  ['keys.json', 'AUTH_JWKS_URI_INVALID'],
  ['https://user:secret@issuer.test/keys', 'AUTH_JWKS_URI_INVALID'],
  ['file:///does/not/exist.json', 'AUTH_JWKS_UNAVAILABLE'],
  ['http://127.0.0.1:1/keys', 'AUTH_JWKS_UNAVAILABLE'],
])('does not start with %s', async (uri, code) => {
  const error = await KeySet.open(uri, log.logger).catch((thrown) => thrown);
  expect(error).toMatchObject({ problems: [{ code, at: 'auth.jwt.jwksUri' }] });
  expect(error.message).not.toContain('secret');
});

test('does not start without a usable key', async () => {
  issuer.mode = 'empty';
  await expect(KeySet.open(issuer.uri, log.logger)).rejects.toMatchObject({ code: 'AUTH_JWKS_INVALID' });
  const files = new TemporaryFiles();
  const secret = { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'first' };
  for (const text of [
    '',
    'null',
    '[]',
    '{"keys":{}}',
    '{"keys":[null,1]}',
    JSON.stringify({ keys: [secret] }),
  ]) {
    const uri = pathToFileURL(files.write('jwks.json', text)).href;
    await expect(KeySet.open(uri, log.logger)).rejects.toMatchObject({ code: 'AUTH_JWKS_INVALID' });
  }
  files.remove();
});

test('more callers than can be verified are told to come back', async () => {
  const jwt = await verifier();
  issuer.mode = 'hang';
  const token = await issuer.sign({}, { kid: 'new' });
  const waiting = Array.from({ length: 1024 }, (_, i) => jwt.verify(token, `${i}`));
  expect(() => jwt.verify(token, 'one more')).toThrow(
    expect.objectContaining({ code: 'REQUEST_TOO_MANY_IN_FLIGHT' }),
  );
  await issuer.stop();
  await Promise.all(waiting);
  expect(jwt.verify(token, 'now')).toBeInstanceOf(Promise);
  issuer = await Issuer.start();
});

test('the cache keeps what is used, and never more than its capacity', () => {
  const cache = new TokenCache(2);
  const entry = (subject: string, expires = 10) => ({ subject, expires });
  cache.set('a', entry('A'));
  cache.set('b', entry('B'));
  expect(cache.get('a', 0)).toBe('A');
  cache.set('c', entry('C'));
  expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0), cache.size]).toEqual([
    'A',
    undefined,
    'C',
    2,
  ]);
  cache.set('c', entry('D'));
  expect([cache.get('a', 9), cache.get('c', 9)]).toEqual(['A', 'D']);
  expect([cache.get('a', 10), cache.size]).toEqual([undefined, 1]);
});
