import type { ApplicationGateway } from '@cdktf/provider-azurerm/lib/application-gateway';
import { DnsARecord } from '@cdktf/provider-azurerm/lib/dns-a-record';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip';
import type { Subnet } from '@cdktf/provider-azurerm/lib/subnet';
import type { WebApplicationFirewallPolicy } from '@cdktf/provider-azurerm/lib/web-application-firewall-policy';
import type { Construct } from 'constructs';
import { Fn, literal } from '../terraform';
import { createApplicationGateway, zonesOf } from './application-gateway';
import type { EndpointContext } from './context';
import type { ExposureTarget } from './endpoint-exposure';
import type { WebFirewallExposureOptions } from './exposure-options';
import { createFirewallPolicy } from './firewall-policy';
import { createGatewaySubnet } from './network';

const TTL_SECONDS = 300;

export interface BoundFirewall {
  readonly gateway: ApplicationGateway;
  readonly policy: WebApplicationFirewallPolicy;
  readonly publicIp: PublicIp;
  /** undefined: yours. */
  readonly subnet: Subnet | undefined;
  /** Access and firewall log, into the workspace. */
  readonly logs: MonitorDiagnosticSetting;
  /** With `zone`. */
  readonly record: DnsARecord | undefined;
}

/** The gateway with its address, its rules and its logs. */
export function createFirewall(
  scope: Construct,
  context: EndpointContext,
  { app, environment, workspaceId, certificateReader }: ExposureTarget,
  options: WebFirewallExposureOptions,
): BoundFirewall {
  if (certificateReader === undefined) throw new Error('a firewall without the reader of its certificate');
  const network = environment.network?.created;
  const subnet =
    options.gatewaySubnet === undefined && network !== undefined
      ? createGatewaySubnet(scope, context, network)
      : undefined;
  const publicIp = new PublicIp(scope, 'PublicAddress', {
    ...context.placed,
    name: `pip-${context.name}`,
    allocationMethod: 'Static',
    sku: 'Standard',
    zones: zonesOf(context),
  });
  const policy = createFirewallPolicy(scope, context, options);
  const { privateDns } = environment;
  const gateway = createApplicationGateway(scope, context, {
    options,
    subnetId: subnet?.id ?? literal(options.gatewaySubnet!.id),
    publicIpId: publicIp.id,
    policyId: policy.id,
    identityId: certificateReader.identity.id,
    backend: app.ingress.fqdn,
    // A gateway that cannot read its certificate, or find the app, stays broken until it is told to look again.
    needs: [
      certificateReader.grant,
      ...(privateDns === undefined ? [] : [privateDns.record, privateDns.link]),
    ],
  });
  const logs = new MonitorDiagnosticSetting(scope, 'GatewayLogs', {
    name: 'inferstack',
    targetResourceId: gateway.id,
    logAnalyticsWorkspaceId: workspaceId,
    enabledLog: [{ category: 'ApplicationGatewayAccessLog' }, { category: 'ApplicationGatewayFirewallLog' }],
  });
  return { gateway, policy, publicIp, subnet, logs, record: createRecord(scope, context, publicIp, options) };
}

function createRecord(
  scope: Construct,
  { tags }: EndpointContext,
  publicIp: PublicIp,
  { hostName, zone }: WebFirewallExposureOptions,
): DnsARecord | undefined {
  if (zone === undefined) return undefined;
  const label = Fn.trimsuffix(literal(hostName), literal(`.${zone.name}`));
  return new DnsARecord(scope, 'PublicRecord', {
    name: hostName === zone.name ? '@' : label,
    zoneName: literal(zone.name),
    resourceGroupName: literal(zone.resourceGroupName),
    ttl: TTL_SECONDS,
    targetResourceId: publicIp.id,
    tags,
  });
}
