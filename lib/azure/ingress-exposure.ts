import type { Construct } from 'constructs';
import { checkEnvironmentKind } from './check-environment-kind';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointContext } from './context';
import { bindDomain, checkDomain } from './domain';
import { type BoundExposure, EndpointExposure, type ExposureTarget } from './endpoint-exposure';
import type { DomainOptions, KeyVaultCertificate } from './exposure-options';

interface IngressOptions {
  readonly allowFrom?: readonly string[];
  readonly domain?: DomainOptions;
}

/** The ingress of Container Apps itself, on an address of the network or of the internet. */
export class IngressExposure extends EndpointExposure {
  readonly externalIngress = true;
  override readonly keyVaultCertificate: KeyVaultCertificate | undefined;

  constructor(
    private readonly called: string,
    readonly internal: boolean,
    private readonly options: IngressOptions,
  ) {
    super();
    const certificate = options.domain?.certificate;
    this.keyVaultCertificate =
      certificate !== undefined && 'keyVaultSecretId' in certificate ? certificate : undefined;
  }

  check(check: Checker, { environment }: ContainerAppEndpointOptions): void {
    const { allowFrom, domain } = this.options;
    check.someRanges('target.exposure.allowFrom', allowFrom);
    if (domain !== undefined) checkDomain(check, domain, environment !== undefined);
    checkEnvironmentKind(check, environment, { called: this.called, internal: this.internal });
  }

  ingressRanges(): readonly string[] {
    return this.options.allowFrom ?? [];
  }

  bind(scope: Construct, context: EndpointContext, target: ExposureTarget): BoundExposure {
    const { app, environment, certificateReader } = target;
    const { domain } = this.options;
    const firewall = undefined;
    if (domain === undefined) return { url: `https://${app.ingress.fqdn}`, domain: undefined, firewall };
    const props = { domain, app, environmentId: environment.id, certificateReader };
    const bound = bindDomain(scope, context, props);
    return { url: bound.url, domain: bound, firewall };
  }
}
