import type { ContainerApp } from '@cdktf/provider-azurerm/lib/container-app';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import type { CertificateReader } from './certificate-reader';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointContext } from './context';
import { type BoundDomain, bindDomain, checkDomain } from './domain';
import type { BoundEnvironment } from './environment';
import type {
  DomainOptions,
  InternetExposureOptions,
  KeyVaultCertificate,
  PrivateExposureOptions,
} from './exposure-options';

/** What an exposure is bound to. */
export interface ExposureTarget {
  readonly app: ContainerApp;
  readonly environment: BoundEnvironment;
  /** Reads the certificate from the key vault; when the exposure has one there. */
  readonly certificateReader: CertificateReader | undefined;
}

export interface BoundExposure {
  /** Address of the endpoint, `https://...`. */
  readonly url: string;
  /** With `domain`. */
  readonly domain: BoundDomain | undefined;
}

/** Who reaches the endpoint, and how. Always over TLS. */
export abstract class Exposure {
  /** Reachable inside the virtual network and the networks connected to it. */
  static private(options: PrivateExposureOptions = {}): Exposure {
    return new IngressExposure('Exposure.private()', true, options);
  }

  /** Reachable from the internet. */
  static internet(options: InternetExposureOptions = {}): Exposure {
    return new IngressExposure('Exposure.internet()', false, options);
  }

  /** Reachable by apps of the same environment alone. */
  static environment(): Exposure {
    return new EnvironmentExposure();
  }

  /** Whether the environment has an address of the network alone; null: it does not matter. */
  abstract readonly internal: boolean | null;
  /** Whether more than the apps of the environment may connect. */
  abstract readonly externalIngress: boolean;
  abstract readonly allowFrom: readonly string[];
  /** A certificate that an identity must read from its key vault. */
  abstract readonly keyVaultCertificate: KeyVaultCertificate | undefined;

  abstract check(check: Checker, options: ContainerAppEndpointOptions): void;

  /** Adds what stands in front of the app. */
  abstract bind(scope: Construct, context: EndpointContext, target: ExposureTarget): BoundExposure;
}

class IngressExposure extends Exposure {
  readonly externalIngress = true;

  constructor(
    private readonly called: string,
    readonly internal: boolean,
    private readonly options: { readonly allowFrom?: readonly string[]; readonly domain?: DomainOptions },
  ) {
    super();
  }

  get allowFrom(): readonly string[] {
    return this.options.allowFrom ?? [];
  }

  get keyVaultCertificate(): KeyVaultCertificate | undefined {
    const certificate = this.options.domain?.certificate;
    return certificate !== undefined && 'keyVaultSecretId' in certificate ? certificate : undefined;
  }

  check(check: Checker, { environment }: ContainerAppEndpointOptions): void {
    const { allowFrom, domain } = this.options;
    check.addressRanges('target.exposure.allowFrom', allowFrom);
    if (allowFrom?.length === 0) refuseNobody(check);
    if (domain !== undefined) checkDomain(check, domain, environment !== undefined);
    if (environment === undefined || isUnresolved(environment.internal)) return;
    if (environment.internal === this.internal) return;
    check.add('AZURE_ENVIRONMENT', 'target.exposure', {
      what: `the environment is yours, and its load balancer is ${environment.internal ? 'internal' : 'public'}`,
      got: this.called,
      allowed: environment.internal
        ? 'Exposure.private(), Exposure.environment()'
        : 'Exposure.internet(), Exposure.environment()',
      remedy: 'Choose one of these, or another environment: its kind cannot be changed.',
    });
  }

  bind(
    scope: Construct,
    context: EndpointContext,
    { app, environment, certificateReader }: ExposureTarget,
  ): BoundExposure {
    const { domain } = this.options;
    if (domain === undefined) return { url: `https://${app.ingress.fqdn}`, domain: undefined };
    const bound = bindDomain(scope, context, {
      domain,
      app,
      environmentId: environment.id,
      certificateReader,
    });
    return { url: bound.url, domain: bound };
  }
}

class EnvironmentExposure extends Exposure {
  readonly internal = null;
  readonly externalIngress = false;
  readonly allowFrom = [];
  readonly keyVaultCertificate = undefined;

  check(): void {}

  bind(_scope: Construct, _context: EndpointContext, { app }: ExposureTarget): BoundExposure {
    return { url: `https://${app.ingress.fqdn}`, domain: undefined };
  }
}

/** Container Apps takes an empty list for no restriction. */
function refuseNobody(check: Checker): void {
  check.add('AZURE_ADDRESS_RANGE', 'target.exposure.allowFrom', {
    what: 'an empty list would let everyone connect, not nobody',
    got: '[]',
    allowed: 'one range or more, or no list',
    remedy: 'Leave allowFrom out, or name who may connect.',
  });
}
