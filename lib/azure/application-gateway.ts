import { ApplicationGateway } from '@cdktf/provider-azurerm/lib/application-gateway';
import type { Construct, IDependable } from 'constructs';
import { type ITerraformDependable, literal } from '../terraform';
import type { EndpointContext } from './context';
import type { WebFirewallExposureOptions } from './exposure-options';

/** Time the gateway waits longer than the runtime, so that clients get the runtime's answer. */
const MARGIN_SECONDS = 5;
const ZONES = ['1', '2', '3'];
/** TLS 1.2 and 1.3, forward secrecy alone. */
const SSL_POLICY = { policyType: 'Predefined', policyName: 'AppGwSslPolicy20220101S' };

/** Names of the parts of a gateway, by which they refer to each other. */
const PARTS = {
  address: 'public',
  port: 'https',
  certificate: 'certificate',
  listener: 'https',
  backend: 'container-apps',
  settings: 'https',
  probe: 'ready',
  rule: 'all',
} as const;

export interface GatewayProps {
  readonly options: WebFirewallExposureOptions;
  readonly subnetId: string;
  readonly publicIpId: string;
  readonly policyId: string;
  readonly identityId: string;
  /** Name of the app inside the network. */
  readonly backend: string;
  readonly needs: readonly (ITerraformDependable & IDependable)[];
}

/** A gateway that ends TLS with your certificate and starts it anew towards the app. */
export function createApplicationGateway(
  scope: Construct,
  context: EndpointContext,
  props: GatewayProps,
): ApplicationGateway {
  const { options, needs } = props;
  return new ApplicationGateway(scope, 'Gateway', {
    ...context.placed,
    name: `agw-${context.name}`,
    sku: { name: 'WAF_v2', tier: 'WAF_v2' },
    autoscaleConfiguration: { minCapacity: 2, maxCapacity: options.maxCapacity ?? 10 },
    zones: zonesOf(context),
    enableHttp2: true,
    firewallPolicyId: props.policyId,
    identity: { type: 'UserAssigned', identityIds: [props.identityId] },
    gatewayIpConfiguration: [{ name: 'subnet', subnetId: props.subnetId }],
    ...frontend(props),
    ...backend(context, props.backend),
    requestRoutingRule: [
      {
        name: PARTS.rule,
        ruleType: 'Basic',
        priority: 100,
        httpListenerName: PARTS.listener,
        backendAddressPoolName: PARTS.backend,
        backendHttpSettingsName: PARTS.settings,
      },
    ],
    dependsOn: [...needs],
  });
}

/** Zones of the gateway and its address; the same choice as for the environment. */
export function zonesOf({ options }: EndpointContext): string[] | undefined {
  return (options.network?.zoneRedundant ?? true) ? ZONES : undefined;
}

function frontend({ options, publicIpId }: GatewayProps) {
  return {
    frontendIpConfiguration: [{ name: PARTS.address, publicIpAddressId: publicIpId }],
    frontendPort: [{ name: PARTS.port, port: 443 }],
    sslPolicy: SSL_POLICY,
    sslCertificate: [
      { name: PARTS.certificate, keyVaultSecretId: literal(options.certificate.keyVaultSecretId) },
    ],
    httpListener: [
      {
        name: PARTS.listener,
        frontendIpConfigurationName: PARTS.address,
        frontendPortName: PARTS.port,
        protocol: 'Https',
        hostName: literal(options.hostName),
        sslCertificateName: PARTS.certificate,
      },
    ],
  };
}

/** Container Apps knows its apps by their names: the host is that of the app, not the one the client asked for. */
function backend({ plan }: EndpointContext, fqdn: string) {
  return {
    backendAddressPool: [{ name: PARTS.backend, fqdns: [fqdn] }],
    backendHttpSettings: [
      {
        name: PARTS.settings,
        protocol: 'Https',
        port: 443,
        cookieBasedAffinity: 'Disabled',
        pickHostNameFromBackendAddress: true,
        probeName: PARTS.probe,
        requestTimeout: Math.ceil(plan.runtime.requestTimeoutMs / 1000) + MARGIN_SECONDS,
      },
    ],
    probe: [
      {
        name: PARTS.probe,
        protocol: 'Https',
        path: '/v2/health/ready',
        pickHostNameFromBackendHttpSettings: true,
        interval: 10,
        timeout: 10,
        unhealthyThreshold: 3,
        match: { statusCode: ['200'] },
      },
    ],
  };
}
