import type { ContainerApp } from '@cdktf/provider-azurerm/lib/container-app';
import type { Construct } from 'constructs';
import type { CertificateReader } from './certificate-reader';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointContext } from './context';
import type { BoundDomain } from './domain';
import type { BoundEnvironment } from './environment';
import type { KeyVaultCertificate } from './exposure-options';
import type { BoundFirewall } from './web-firewall';

/** What an exposure is bound to. */
export interface ExposureTarget {
  readonly app: ContainerApp;
  readonly environment: BoundEnvironment;
  readonly workspaceId: string;
  /** Reads the certificate from the key vault; when the exposure has one there. */
  readonly certificateReader: CertificateReader | undefined;
}

export interface BoundExposure {
  /** Address of the endpoint, `https://...`. */
  readonly url: string;
  /** With `domain`. */
  readonly domain: BoundDomain | undefined;
  /** With `Exposure.webFirewall`. */
  readonly firewall: BoundFirewall | undefined;
}

/** One way to reach an endpoint, made by the factories of `Exposure`. */
export abstract class EndpointExposure {
  /** Whether the environment has an address of the network alone; null: it does not matter. */
  abstract readonly internal: boolean | null;
  /** Whether more than the apps of the environment may connect. */
  abstract readonly externalIngress: boolean;
  /** A certificate that an identity made for it must read from its key vault. */
  readonly keyVaultCertificate: KeyVaultCertificate | undefined = undefined;
  /** Whether the environment is the one that reads it. */
  readonly environmentReadsCertificate: boolean = true;

  abstract check(check: Checker, options: ContainerAppEndpointOptions): void;

  /** Addresses and ranges that may connect to the app; none: no restriction. */
  abstract ingressRanges(options: ContainerAppEndpointOptions): readonly string[];

  /** Adds what stands in front of the app. */
  abstract bind(scope: Construct, context: EndpointContext, target: ExposureTarget): BoundExposure;
}
