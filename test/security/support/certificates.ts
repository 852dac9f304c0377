import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Identity {
  /** A certificate for 127.0.0.1 and localhost, for servers and clients alike. */
  issue(name: string, options?: { readonly expired?: boolean }): Identity;
}

const DAY_MS = 86_400_000;

/**
 * A certificate authority of this test. Node reads certificates but makes none, so the few structures that are needed are
 * written here. Source: RFC 5280
 */
export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = distinguishedName(name);
  const isAuthority = sequence(oid(0x55, 0x1d, 0x13), boolean(true), octets(sequence(boolean(true))));
  const cert = certificate({
    subject,
    issuer: subject,
    keys,
    signer: keys.privateKey,
    extension: isAuthority,
  });
  return {
    cert,
    key: pem(keys.privateKey),
    issue: (leafName, { expired = false } = {}) => {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = sequence(
        tagged(0x82, Buffer.from('localhost')),
        tagged(0x87, Buffer.from([127, 0, 0, 1])),
      );
      const extension = sequence(oid(0x55, 0x1d, 0x11), octets(names));
      const subjectOfLeaf = distinguishedName(leafName);
      const parts = { subject: subjectOfLeaf, issuer: subject, keys: leaf, extension, expired };
      return { cert: certificate({ ...parts, signer: keys.privateKey }), key: pem(leaf.privateKey) };
    },
  };
}

interface Parts {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly keys: { readonly publicKey: KeyObject };
  readonly signer: KeyObject;
  readonly extension: Buffer;
  readonly expired?: boolean;
}

function certificate({ subject, issuer, keys, signer, extension, expired = false }: Parts): string {
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const now = Date.now();
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    sequence(time(now - 10 * DAY_MS), time(expired ? now - DAY_MS : now + 10 * DAY_MS)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const der = sequence(
    toBeSigned,
    ecdsaWithSha256,
    tagged(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const octets = (content: Buffer): Buffer => tagged(0x04, content);
const oid = (...bytes: number[]): Buffer => tagged(0x06, Buffer.from(bytes));
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const time = (ms: number): Buffer =>
  tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')}`));
const distinguishedName = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(name)))));
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;
