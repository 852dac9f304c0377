import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from './located';
import { registryError } from './problems';
import { type RegistryRequest, requestJson, send } from './request';

const ACCESS =
  'Log in with `docker login` or `oras login`: `auths` of the Docker configuration is read, credential helpers are not.';

/** Speaks with one repository of an OCI registry, and gets a token when asked for one. */
export class OciClient {
  private authorization: string | undefined;

  constructor(
    /** Ends in `/v2/<repository>/`. */
    readonly base: URL,
    readonly at: string,
    private readonly credentials: string | undefined,
  ) {}

  /** Of the last request that was let in; for downloads. */
  get headers(): Readonly<Record<string, string>> {
    return this.authorization === undefined ? {} : { authorization: this.authorization };
  }

  /**
   * One GET; a challenge is answered once.
   *
   * Source: https://distribution.github.io/distribution/spec/auth/token/
   */
  async get(file: string, accept: string): Promise<Response> {
    const request = (): RegistryRequest => ({
      url: new URL(file, this.base),
      headers: { accept, ...this.headers },
      at: this.at,
      access: ACCESS,
    });
    const response = await send(request());
    if (response.status !== 401) return response;
    await response.body?.cancel();
    this.authorization = await this.answer(response.headers.get('www-authenticate') ?? '');
    return send(request());
  }

  private async answer(challenge: string): Promise<string | undefined> {
    const basic = this.credentials === undefined ? undefined : `Basic ${this.credentials}`;
    if (/^basic\b/i.test(challenge)) return basic;
    const { realm, service, scope } = parameters(challenge);
    if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    if (url.protocol !== 'https:' && !isThisMachine(url)) throw this.inTheClear(url);
    if (service !== undefined) url.searchParams.set('service', service);
    if (scope !== undefined) url.searchParams.set('scope', scope);
    const headers: Record<string, string> = basic === undefined ? {} : { authorization: basic };
    const answer = await requestJson({ url, headers, at: this.at, access: ACCESS });
    const token = answer['token'] ?? answer['access_token'];
    if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
    throw registryError('REGISTRY_ANSWER', this.at, {
      what: `${url.host} gave no token`,
      remedy: 'Check the token service that the registry names.',
    });
  }

  private inTheClear(url: URL): Error {
    return registryError('REGISTRY_SETTING', this.at, {
      what: 'the token service would get the credentials in the clear',
      got: url.origin,
      allowed: 'https, or this machine',
      remedy: 'Give the token service of the registry a certificate.',
    });
  }
}

/** `Bearer realm="https://auth",service="x",scope="repository:a:pull"` */
function parameters(challenge: string): Partial<Record<string, string>> {
  const pairs = [...challenge.matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, key, value]) => [key!.toLowerCase(), value!]));
}

export const isThisMachine = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

/** `user:password` in base64, of the Docker configuration; undefined without an entry. */
export async function dockerCredentials(host: string, env: Environment): Promise<string | undefined> {
  const directory = env['DOCKER_CONFIG'] || path.join(homedir(), '.docker');
  const file = path.join(directory, 'config.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { auths = {} } = JSON.parse(text) as { auths?: Record<string, { auth?: string } | undefined> };
    return (auths[host] ?? auths[`https://${host}`])?.auth;
  } catch {
    throw registryError('REGISTRY_SETTING', file, {
      what: 'the Docker configuration is not valid JSON',
      remedy: 'Correct the file, or log in again.',
    });
  }
}
