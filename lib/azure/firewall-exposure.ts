import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { literal } from '../terraform';
import { checkEnvironmentKind } from './check-environment-kind';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointContext } from './context';
import { type BoundExposure, EndpointExposure, type ExposureTarget } from './endpoint-exposure';
import type { KeyVaultCertificate, WebFirewallExposureOptions } from './exposure-options';
import { gatewayRange } from './network';
import { createFirewall } from './web-firewall';

/** An application gateway in front of an environment that has no address on the internet. */
export class FirewallExposure extends EndpointExposure {
  readonly internal = true;
  readonly externalIngress = true;
  override readonly keyVaultCertificate: KeyVaultCertificate;
  override readonly environmentReadsCertificate = false;

  constructor(private readonly options: WebFirewallExposureOptions) {
    super();
    this.keyVaultCertificate = options.certificate;
  }

  check(check: Checker, { environment, network }: ContainerAppEndpointOptions): void {
    const { allowFrom, hostName, zone, maxCapacity, requestsPerMinute, gatewaySubnet } = this.options;
    check.someRanges('target.exposure.allowFrom', allowFrom);
    checkEnvironmentKind(check, environment, { called: 'Exposure.webFirewall()', internal: true });
    if (gatewaySubnet === undefined && (environment !== undefined || network?.subnet !== undefined)) {
      check.add('AZURE_FIREWALL', 'target.exposure.gatewaySubnet', {
        what: 'the network is yours, and nothing says in which subnet the gateway goes',
        got: undefined,
        allowed: 'an empty subnet of the network, /26 or larger',
        remedy: 'Give gatewaySubnet.',
      });
    }
    check.addressRanges(
      'target.exposure.gatewaySubnet.addressPrefix',
      gatewaySubnet && [gatewaySubnet.addressPrefix],
    );
    if (maxCapacity !== undefined) {
      check.within('AZURE_FIREWALL', 'target.exposure.maxCapacity', maxCapacity, {
        min: 2,
        max: 125,
        whole: true,
      });
    }
    if (requestsPerMinute !== undefined) {
      const bounds = { min: 1, max: 5000, whole: true };
      check.within('AZURE_FIREWALL', 'target.exposure.requestsPerMinute', requestsPerMinute, bounds);
    }
    if (zone === undefined || isUnresolved(hostName) || isUnresolved(zone.name)) return;
    if (hostName === zone.name || hostName.endsWith(`.${zone.name}`)) return;
    check.add('AZURE_DOMAIN', 'target.exposure.hostName', {
      what: 'the name does not lie in its zone',
      got: hostName,
      allowed: `${zone.name} or a name that ends with .${zone.name}`,
      remedy: 'Correct the name or give the zone it lies in.',
    });
  }

  /** The gateway and nobody else, so that nobody goes round the firewall. */
  ingressRanges(options: ContainerAppEndpointOptions): readonly string[] {
    return [this.options.gatewaySubnet?.addressPrefix ?? gatewayRange(options)];
  }

  bind(scope: Construct, context: EndpointContext, target: ExposureTarget): BoundExposure {
    const firewall = createFirewall(scope, context, target, this.options);
    return { url: `https://${literal(this.options.hostName)}`, domain: undefined, firewall };
  }
}
