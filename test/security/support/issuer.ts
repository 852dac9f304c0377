import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, type KeyLike, SignJWT } from 'jose';

export const AUDIENCE = 'inferstack-tests';
export const ISSUER = 'https://issuer.test';

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyLike;
  readonly jwk: JWK;
}

/** An issuer of tokens with a key set over HTTP that can fail, hang and change. */
export class Issuer {
  requests = 0;
  /** What the key set answers with; `hang` never does. */
  mode: 'broken' | 'empty' | 'hang' | 'normal' = 'normal';
  private keys: SigningKey[] = [];
  private server!: Server;

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await issuer.rotate('first');
    issuer.server = createServer((_, response) => {
      issuer.requests++;
      if (issuer.mode === 'hang') return;
      response.statusCode = issuer.mode === 'broken' ? 503 : 200;
      response.end(issuer.mode === 'empty' ? '{"keys":[]}' : issuer.keySet);
    });
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys`;
  }

  get keySet(): string {
    return JSON.stringify({ keys: this.keys.map(({ jwk }) => jwk) });
  }

  get config(): { issuer: string; audience: string; jwksUri: string } {
    return { issuer: ISSUER, audience: AUDIENCE, jwksUri: this.uri };
  }

  /** Signs with a new key from now on, and publishes it alone. */
  async rotate(kid: string, alg = 'ES256', keepOld = false): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.keys = [{ kid, alg, privateKey, jwk }, ...(keepOld ? this.keys : [])];
  }

  /** A token; `claims` replaces what a valid one says, `header` too. */
  sign(claims: JWTPayload = {}, header: { readonly kid?: string | undefined } = {}): Promise<string> {
    const { kid, alg, privateKey } = this.keys[0]!;
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'team-a', iat: now, exp: now + 600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header } as never).sign(privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
