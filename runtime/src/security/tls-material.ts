import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { type Problem, throwProblems } from '../contract';

/** Certificate, key and authorities that fit each other. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** The certificate of this server. */
  readonly leaf: X509Certificate;
}

/** Suites of TLS 1.3, and those of 1.2 with forward secrecy and authenticated encryption. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * Checks the contents of the certificate, key and, where clients must show one, authority files.
 *
 * @throws ProblemError TLS_FILE_INVALID, TLS_KEY_MISMATCH
 */
export function parseTlsMaterial([cert, key, ca]: readonly Buffer[]): TlsMaterial {
  const problems: Problem[] = [];
  const chain = certificates('tls.certificateFile', cert!, problems);
  const privateKey = readKey(key!, problems);
  if (ca !== undefined) certificates('tls.clientCaFile', ca, problems);
  const leaf = chain[0];
  if (leaf !== undefined && privateKey !== undefined && !leaf.checkPrivateKey(privateKey)) {
    const what = 'the key belongs to another certificate than the first of tls.certificateFile';
    const remedy =
      'Put the certificate of this server first, its authorities after it, and give its own key.';
    problems.push({ code: 'TLS_KEY_MISMATCH', at: 'tls.privateKeyFile', what, remedy });
  }
  throwProblems(problems, 'tls');
  const context: SecureContextOptions = { cert, key, ca, minVersion: 'TLSv1.2', ciphers: CIPHERS };
  try {
    createSecureContext(context);
  } catch (error) {
    throwProblems([invalid('tls', (error as Error).message, 'Issue the certificate again.')]);
  }
  return { context, leaf: leaf! };
}

const BEGIN = /-----BEGIN CERTIFICATE-----/g;
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The library that speaks TLS passes over what it cannot read; a file cut short must not lose an authority that way. */
function certificates(at: string, content: Buffer, problems: Problem[]): X509Certificate[] {
  const text = content.toString('latin1');
  const blocks = text.match(BLOCK) ?? [];
  const remedy = 'Write the certificates one after the other in PEM, each from BEGIN to END.';
  if (blocks.length === 0) problems.push(invalid(at, 'there is no certificate in it', remedy));
  else if (text.match(BEGIN)!.length > blocks.length)
    problems.push(invalid(at, 'a certificate is cut short', remedy));
  return blocks.flatMap((block, i) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      problems.push(invalid(at, `certificate ${i + 1} cannot be read`, remedy));
      return [];
    }
  });
}

/** What the library says about a key that it cannot read could quote it. */
function readKey(content: Buffer, problems: Problem[]): KeyObject | undefined {
  try {
    return createPrivateKey(content);
  } catch {
    const what = 'there is no private key in it that can be read without a passphrase';
    const remedy = 'Write the key in PEM (PKCS#8, PKCS#1 or SEC1), not encrypted.';
    problems.push(invalid('tls.privateKeyFile', what, remedy));
    return undefined;
  }
}

function invalid(at: string, what: string, remedy: string): Problem {
  return { code: 'TLS_FILE_INVALID', at, what, remedy };
}
