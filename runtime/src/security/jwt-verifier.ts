import {
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
  type KeyLike,
} from 'jose';
import type { RuntimeConfig } from '../contract';
import { RequestError } from '../errors';
import type { KeySet } from './key-set';
import { TokenCache } from './token-cache';

type JwtConfig = Pick<NonNullable<NonNullable<RuntimeConfig['auth']>['jwt']>, 'audience' | 'issuer'>;

/** Asymmetric signatures alone: with `none` and HS* whoever knows the public key could make tokens. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks differ. */
const CLOCK_TOLERANCE_S = 5;
const MAX_CACHED = 10_000;
/** Signatures are checked in the thread pool; more callers than this are told to come back. */
const MAX_PENDING = 1024;
const MAX_SUBJECT = 128;

/** Checks JSON Web Tokens: signature, issuer, audience, time. Those that were valid are remembered until they expire. */
export class JwtVerifier {
  private readonly cache = new TokenCache(MAX_CACHED);
  private readonly pending = new Map<string, Promise<string | undefined>>();
  private readonly options: JWTVerifyOptions;
  /** Counts changes of the keys: what was verified before one does not enter the cache after it. */
  private generation = 0;

  constructor(
    private readonly keys: KeySet,
    { issuer, audience }: JwtConfig,
  ) {
    this.options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp'],
    };
    keys.onChange(() => {
      this.generation++;
      this.cache.clear();
    });
  }

  /**
   * Who the token speaks for; undefined when it is not valid.
   *
   * @param digest of the token: tokens themselves are not kept.
   * @throws RequestError REQUEST_TOO_MANY_IN_FLIGHT
   */
  verify(token: string, digest: string): string | Promise<string | undefined> {
    const known = this.cache.get(digest, Date.now());
    if (known !== undefined) return known;
    const same = this.pending.get(digest);
    if (same !== undefined) return same;
    if (this.pending.size >= MAX_PENDING) {
      const message = 'Too many tokens are being verified; try again.';
      throw new RequestError('REQUEST_TOO_MANY_IN_FLIGHT', message, { retryAfterSeconds: 1 });
    }
    const verified = this.check(token, digest).finally(() => this.pending.delete(digest));
    this.pending.set(digest, verified);
    return verified;
  }

  close(): void {
    this.keys.close();
  }

  private async check(token: string, digest: string): Promise<string | undefined> {
    const { generation } = this;
    let payload: JWTPayload;
    try {
      ({ payload } = await this.jwtVerify(token));
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
    const subject = String(payload.sub ?? payload.client_id ?? payload.azp ?? 'unnamed').slice(
      0,
      MAX_SUBJECT,
    );
    if (generation === this.generation) this.cache.set(digest, { subject, expires: payload.exp! * 1000 });
    return subject;
  }

  /** A token without `kid` is tried with every key that fits its algorithm. */
  private async jwtVerify(token: string): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, this.keys.find, this.options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error as AsyncIterable<KeyLike>) {
        try {
          return await jwtVerify(token, key, this.options);
        } catch (cause) {
          if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }
}
