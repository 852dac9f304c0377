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

export interface WebFirewallExposureOptions {
  /** Name that clients use, `credit.example.com`; in the certificate. */
  readonly hostName: string;
  /** Certificate of that name. */
  readonly certificate: KeyVaultCertificate;
  /** Public zone the name lies in; gets the address record. @default - you make the A record */
  readonly zone?: DnsZoneReference;
  /** Addresses and ranges that may connect. @default - everyone */
  readonly allowFrom?: readonly string[];
  /** Requests one client address may send a minute, 1 to 5000. @default - not limited */
  readonly requestsPerMinute?: number;
  /** Whether requests that match a rule are refused, or only written into the log. @default 'prevention' */
  readonly mode?: 'prevention' | 'detection';
  /** Units the gateway may grow to, 2 to 125; two run always. @default 10 */
  readonly maxCapacity?: number;
  /** Subnet for the gateway alone, /26 or larger. @default - created; needed when the network is yours */
  readonly gatewaySubnet?: GatewaySubnetReference;
}

export interface GatewaySubnetReference {
  readonly id: string;
  /** Its range, `10.1.2.0/26`: the app lets in nobody else. */
  readonly addressPrefix: string;
}
