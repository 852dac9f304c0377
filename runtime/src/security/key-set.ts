import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { ProblemError } from '../contract';
import type { Logger } from '../logging';
import { fetchKeySet, parseKeySet, parseKeySetUri } from './fetch-key-set';

export interface KeySetTimes {
  /** Between two fetches, milliseconds. */
  readonly refreshMs: number;
  /** Until the next attempt when one failed. */
  readonly retryMs: number;
  /** Least time between two fetches because of keys that are not known. */
  readonly cooldownMs: number;
}

const HTTP_TIMES: KeySetTimes = { refreshMs: 300_000, retryMs: 30_000, cooldownMs: 30_000 };
const FILE_TIMES: KeySetTimes = { refreshMs: 2_000, retryMs: 2_000, cooldownMs: 2_000 };
/** An issuer that cannot be reached once should not keep a replica from starting. */
const FIRST_ATTEMPTS = 3;

/**
 * The public keys of an issuer. They are fetched again regularly, and when a token names one that is not known: not
 * more often than the cooldown allows, as anybody can name keys. While the issuer cannot be reached, the last keys stay.
 */
export class KeySet {
  /** @throws ProblemError AUTH_JWKS_URI_INVALID, AUTH_JWKS_UNAVAILABLE, AUTH_JWKS_INVALID */
  static async open(uri: string, logger: Logger, times?: KeySetTimes): Promise<KeySet> {
    const url = parseKeySetUri(uri);
    const keys = new KeySet(url, logger, times ?? (url.protocol === 'file:' ? FILE_TIMES : HTTP_TIMES));
    for (let attempt = 1; ; attempt++) {
      try {
        await keys.fetch();
        break;
      } catch (error) {
        if (attempt === FIRST_ATTEMPTS) throw error;
      }
    }
    keys.schedule(keys.times.refreshMs);
    return keys;
  }

  private keys!: JWTVerifyGetKey;
  private text: string | undefined;
  private failure = '';
  private fetching: Promise<void> | undefined;
  private nextUnplanned = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private changed = (): void => {};

  private constructor(
    private readonly uri: URL,
    private readonly logger: Logger,
    private readonly times: KeySetTimes,
  ) {}

  /** Called when keys came or went: what was verified with the old ones is to be verified again. */
  onChange(listener: () => void): void {
    this.changed = listener;
  }

  /** The key a token names; for verification. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayLook()) throw error;
      await this.refresh();
      return this.keys(header, token);
    }
  };

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Whether keys that are not known may be looked for now; who comes while that is done waits for it. */
  private mayLook(): boolean {
    if (this.fetching !== undefined) return true;
    const now = performance.now();
    if (now < this.nextUnplanned) return false;
    this.nextUnplanned = now + this.times.cooldownMs;
    return true;
  }

  private schedule(afterMs: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.refreshAsPlanned(), afterMs).unref();
  }

  private async refreshAsPlanned(): Promise<void> {
    this.schedule((await this.refresh()) ? this.times.refreshMs : this.times.retryMs);
  }

  /** Fetches the keys, or joins the fetch in progress; a failure is logged, once as long as it stays the same. */
  private async refresh(): Promise<boolean> {
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    try {
      await this.fetching;
      this.failure = '';
      return true;
    } catch (error) {
      const problems = error instanceof ProblemError ? error.problems : undefined;
      const { message } = error as Error;
      if (message !== this.failure)
        this.logger.error({ event: 'jwks_refresh_failed', problems }, 'keys not fetched; the old stay');
      this.failure = message;
      return false;
    }
  }

  private async fetch(): Promise<void> {
    const text = await fetchKeySet(this.uri);
    if (text === this.text) return;
    const set = parseKeySet(text);
    this.keys = createLocalJWKSet(set);
    this.text = text;
    this.logger.info({ event: 'jwks_loaded', keys: set.keys.map(({ kid }) => kid) }, 'keys loaded');
    this.changed();
  }
}
