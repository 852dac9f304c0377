import type { Exposure } from './exposure';
import type { ModelDelivery } from './model-delivery';

/** What only Docker Compose needs to know about an endpoint. */
export interface ComposeEndpointOptions {
  /** Name of the balancer's service and beginning of every other name, at most 55 characters. @default - from the construct path */
  readonly name?: string;
  /** How the model reaches the replicas. @default ModelDelivery.bundled() */
  readonly model?: ModelDelivery;
  /** Who can reach the endpoint. @default Exposure.host() */
  readonly exposure?: Exposure;
  /** The container in front of the replicas. @default - see each option */
  readonly balancer?: BalancerOptions;
  /** What is kept of the log of each container. @default - see each option */
  readonly logs?: LogOptions;
}

export interface BalancerOptions {
  /** An image with HAProxy 2.6 or later. Production wants a digest. @default 'docker.io/library/haproxy:3.0' */
  readonly image?: string;
  /** User and group it runs as, by number; it must be able to read the certificate. @default '99:99', that of the official image */
  readonly user?: string;
  /** Memory it may take. @default - for every connection and request that the replicas can serve */
  readonly memoryMiB?: number;
}

/** Docker keeps logs by size, not by days. */
export interface LogOptions {
  /** Size at which a log file is closed. @default 10 */
  readonly maxSizeMiB?: number;
  /** Files kept of each container. @default 5 */
  readonly maxFiles?: number;
}
