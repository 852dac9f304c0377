import type { ContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/container-app-environment';
import { PrivateDnsARecord } from '@cdktf/provider-azurerm/lib/private-dns-a-record';
import { PrivateDnsZone } from '@cdktf/provider-azurerm/lib/private-dns-zone';
import { PrivateDnsZoneVirtualNetworkLink } from '@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';
import type { Network } from './network';

const TTL_SECONDS = 300;

export interface PrivateDns {
  readonly zone: PrivateDnsZone;
  readonly record: PrivateDnsARecord;
  readonly link: PrivateDnsZoneVirtualNetworkLink;
}

/** Names of an internal environment resolve in its network alone, and nobody but us makes them. */
export function createPrivateDns(
  scope: Construct,
  context: EndpointContext,
  environment: ContainerAppEnvironment,
  network: Network,
): PrivateDns {
  const resourceGroupName = context.group.name;
  const { tags } = context;
  const zone = new PrivateDnsZone(scope, 'PrivateZone', {
    name: environment.defaultDomain,
    resourceGroupName,
    tags,
  });
  const record = new PrivateDnsARecord(scope, 'PrivateRecord', {
    name: '*',
    zoneName: zone.name,
    resourceGroupName,
    ttl: TTL_SECONDS,
    records: [environment.staticIpAddress],
    tags,
  });
  const link = new PrivateDnsZoneVirtualNetworkLink(scope, 'PrivateZoneLink', {
    name: `link-${context.name}`,
    privateDnsZoneName: zone.name,
    resourceGroupName,
    virtualNetworkId: network.virtualNetworkId,
    tags,
  });
  return { zone, record, link };
}
