import type { ProblemCatalogue } from '../contract';

/** Codes of what can be wrong with certificates, keys and key sets. */
export const securityProblems = {
  TLS_FILE_UNREADABLE: 'A file named by tls in the runtime configuration cannot be read.',
  TLS_FILE_INVALID: 'A file named by tls does not hold what it should, in PEM.',
  TLS_KEY_MISMATCH: 'The private key does not belong to the first certificate of the chain.',
  AUTH_WITHOUT_METHOD: 'auth demands a key or a token, but names neither a file of keys nor an issuer.',
  AUTH_KEYS_UNREADABLE: 'API keys (auth.apiKeysFile, rollouts.adminKeys) cannot be read.',
  AUTH_KEYS_INVALID:
    'API keys (auth.apiKeysFile, rollouts.adminKeys) are not one `<name>:<sha256 of the key, hex>` a line.',
  AUTH_JWKS_URI_INVALID: 'auth.jwt.jwksUri is not an http, https or file URI.',
  AUTH_JWKS_UNAVAILABLE: 'The key set at auth.jwt.jwksUri cannot be fetched.',
  AUTH_JWKS_INVALID: 'What is at auth.jwt.jwksUri is not a set of public keys.',
} as const satisfies ProblemCatalogue;

export type SecurityCode = keyof typeof securityProblems;
