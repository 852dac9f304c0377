import type { DnsZoneReference } from './references';

/** Where the certificate of a name of your own comes from. */
export type DomainCertificate =
  /** A certificate of the environment that is there already. */
  | { readonly environmentCertificateId: string }
  /** A certificate in a key vault with role-based access, renewed from there. Needs a created environment. */
  | KeyVaultCertificate;

export interface KeyVaultCertificate {
  /** Secret of the certificate, without its version so that renewals are taken. */
  readonly keyVaultSecretId: string;
  /** The key vault; an identity made for that gets Key Vault Secrets User on it. */
  readonly keyVaultId: string;
}

/** A name of your own for the endpoint. */
export interface DomainOptions {
  /** Full name, `credit.example.com`. */
  readonly name: string;
  readonly certificate: DomainCertificate;
  /** Public zone the name lies in; gets the records. @default - you make the CNAME and the TXT record `asuid.<name>` */
  readonly zone?: DnsZoneReference;
}

export interface PrivateExposureOptions {
  /** Addresses and ranges that may connect. @default - the whole network and those connected to it */
  readonly allowFrom?: readonly string[];
  /** Name of your own. @default - the name Azure gives */
  readonly domain?: DomainOptions;
}

export interface InternetExposureOptions {
  /** Addresses and ranges that may connect. @default - everyone */
  readonly allowFrom?: readonly string[];
  /** Name of your own. @default - the name Azure gives */
  readonly domain?: DomainOptions;
}
