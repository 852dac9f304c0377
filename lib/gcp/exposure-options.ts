import type { SecurityPolicy } from './security-policy';

export interface InternetExposureOptions {
  /** Names the endpoint answers to, e.g. `credit.example.com`; each needs a record with the address of the output. */
  readonly domains: readonly string[];
  /**
   * Certificates of yours for the domains, by self link or id. Certificates of Google need the records first, and up
   * to a day.
   * @default - one of Google's, renewed by itself
   */
  readonly certificates?: readonly string[];
  /** Managed zone of Cloud DNS, by name, that gets the records. @default - you make them */
  readonly dnsZone?: string;
  /** Firewall (Cloud Armor) in front of the endpoint. @default - none */
  readonly securityPolicy?: SecurityPolicy;
  /** Share of the requests in the load balancer's log, 0 to 1. @default 1 */
  readonly logSampleRate?: number;
}

export interface InternalLoadBalancerExposureOptions {
  /** Names the endpoint answers to, e.g. `credit.internal.example.com`. */
  readonly domains: readonly string[];
  /** Network with a proxy-only subnetwork in the region (purpose `REGIONAL_MANAGED_PROXY`). Name or self link. */
  readonly network: string;
  /** Subnetwork of the region that the address is taken from. Name or self link. */
  readonly subnetwork: string;
  /** Regional certificates of yours for the domains, by self link or id. */
  readonly certificates: readonly string[];
  /** Private managed zone of Cloud DNS, by name, that gets the records. @default - you make them */
  readonly dnsZone?: string;
  /** Share of the requests in the load balancer's log, 0 to 1. @default 1 */
  readonly logSampleRate?: number;
}
