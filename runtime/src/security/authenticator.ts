import { hash } from 'node:crypto';
import { ProblemError, type RuntimeConfig, type SecretPlace } from '../contract';
import { RequestError } from '../errors';
import type { Logger } from '../logging';
import type { JwtVerifier } from './jwt-verifier';
import { type KeySource, type KeySourceOptions, openKeySource } from './key-source';

type AuthConfig = NonNullable<RuntimeConfig['auth']>;

/** What a caller shows, as it stood in the request. */
export interface Credentials {
  /** `Bearer` with a key or a token. */
  readonly authorization: unknown;
  /** `x-api-key`: a key; counts before `authorization`. */
  readonly apiKey: unknown;
}

const BEARER = /^Bearer +(\S+)$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Finds out who asks: the holder of an API key, or the subject of a token. */
export class Authenticator {
  /** @throws ProblemError AUTH_* */
  static async open(config: AuthConfig, logger: Logger, pollMs: number): Promise<Authenticator> {
    const { apiKeysFile, jwt } = config;
    if (apiKeysFile === null && jwt === null) {
      const what = 'nobody could ever be let in';
      const remedy = 'Name auth.apiKeysFile or auth.jwt, or set auth to null to let everybody in.';
      throw new ProblemError([{ code: 'AUTH_WITHOUT_METHOD', at: 'auth', what, remedy }]);
    }
    const options = { field: 'auth.apiKeysFile', environment: {}, logger, pollMs };
    const keys = apiKeysFile === null ? undefined : await openKeySource({ file: apiKeysFile }, options);
    try {
      const tokens = jwt === null ? undefined : await openTokens(jwt, logger);
      return new Authenticator(keys, tokens);
    } catch (error) {
      keys?.close();
      throw error;
    }
  }

  /**
   * Lets in the holders of these keys, and nobody else.
   *
   * @throws ProblemError AUTH_KEYS_*
   */
  static async ofKeys(place: SecretPlace, options: KeySourceOptions): Promise<Authenticator> {
    return new Authenticator(await openKeySource(place, options), undefined);
  }

  constructor(
    private readonly keys: KeySource | undefined,
    private readonly tokens: JwtVerifier | undefined,
  ) {}

  /**
   * Who asks, for the log: the name of the key, or the subject of the token. A key and a token seen before are answered
   * at once, without a promise.
   *
   * @throws RequestError REQUEST_UNAUTHENTICATED, the same whatever is wrong; REQUEST_TOO_MANY_IN_FLIGHT
   */
  authenticate(credentials: Credentials): string | Promise<string> {
    const { apiKey } = credentials;
    const isKey = this.keys !== undefined && apiKey !== undefined;
    const secret = isKey ? apiKey : bearer(credentials.authorization);
    if (typeof secret !== 'string') throw unauthenticated();
    const digest = hash('sha256', secret, 'buffer');
    const name = this.keys?.current.find(digest);
    if (name !== undefined) return name;
    if (isKey || this.tokens === undefined || !JWT.test(secret)) throw unauthenticated();
    const subject = this.tokens.verify(secret, digest.toString('base64'));
    return typeof subject === 'string' ? subject : subject.then(orUnauthenticated);
  }

  close(): void {
    this.keys?.close();
    this.tokens?.close();
  }
}

/** Loads what is needed for tokens only where tokens are taken: it is a tenth of what a start would have to read. */
async function openTokens(jwt: NonNullable<AuthConfig['jwt']>, logger: Logger): Promise<JwtVerifier> {
  const { JwtVerifier } = require('./jwt-verifier') as typeof import('./jwt-verifier');
  const { KeySet } = require('./key-set') as typeof import('./key-set');
  return new JwtVerifier(await KeySet.open(jwt.jwksUri, logger), jwt);
}

function bearer(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
}

function orUnauthenticated(subject: string | undefined): string {
  if (subject === undefined) throw unauthenticated();
  return subject;
}

function unauthenticated(): RequestError {
  return new RequestError('REQUEST_UNAUTHENTICATED', 'This needs a valid API key or token.');
}
