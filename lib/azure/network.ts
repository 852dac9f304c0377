import { Subnet } from '@cdktf/provider-azurerm/lib/subnet';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { Fn, literal } from '../terraform';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { Checker } from './checker';
import type {
  ContainerAppEndpointOptions,
  ContainerAppNetworkOptions,
} from './container-app-endpoint-options';
import type { AnyContext, EndpointContext } from './context';

const DEFAULT_ADDRESS_SPACE = '10.64.0.0/23';

/** Of an endpoint or a job: the environment it runs in, its network and its logs. */
export interface EnvironmentOptions extends Pick<AzureEndpointOptions, 'workspace'> {
  readonly network?: ContainerAppNetworkOptions;
  readonly environment?: { readonly id: string };
}

/** Where a created environment lies. */
export interface Network {
  /** undefined: the subnet is yours. */
  readonly created: VirtualNetwork | undefined;
  readonly createdSubnet: Subnet | undefined;
  readonly virtualNetworkId: string;
  readonly subnetId: string;
}

/** The network of a created environment: yours, or one of its own. */
export function resolveNetwork(scope: Construct, context: AnyContext, options: EnvironmentOptions): Network {
  const { subnet, addressSpace = DEFAULT_ADDRESS_SPACE } = options.network ?? {};
  if (subnet !== undefined) {
    const { id, virtualNetworkId } = subnet;
    const ids = { subnetId: literal(id), virtualNetworkId: literal(virtualNetworkId) };
    return { created: undefined, createdSubnet: undefined, ...ids };
  }
  const created = new VirtualNetwork(scope, 'Network', {
    ...context.placed,
    name: `vnet-${context.name}`,
    addressSpace: [literal(addressSpace)],
  });
  const createdSubnet = new Subnet(scope, 'Subnet', {
    resourceGroupName: context.group.name,
    virtualNetworkName: created.name,
    name: 'container-apps',
    // The first half; the second is left for a gateway and for yours.
    addressPrefixes: [Fn.cidrsubnet(literal(addressSpace), 1, 0)],
    // Reaches the model's storage without leaving the network of Azure.
    serviceEndpoints: ['Microsoft.Storage'],
    delegation: [
      {
        name: 'container-apps',
        serviceDelegation: {
          name: 'Microsoft.App/environments',
          actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
        },
      },
    ],
  });
  return { created, createdSubnet, virtualNetworkId: created.id, subnetId: createdSubnet.id };
}

/** Range of the subnet of an application gateway: the third quarter of the created network. */
export function gatewayRange({ network }: ContainerAppEndpointOptions): string {
  return Fn.cidrsubnet(literal(network?.addressSpace ?? DEFAULT_ADDRESS_SPACE), 2, 2);
}

export function createGatewaySubnet(
  scope: Construct,
  context: EndpointContext,
  network: VirtualNetwork,
): Subnet {
  return new Subnet(scope, 'GatewaySubnet', {
    resourceGroupName: context.group.name,
    virtualNetworkName: network.name,
    name: 'gateway',
    addressPrefixes: [gatewayRange(context.options)],
  });
}

export function checkNetwork(check: Checker, { network, environment }: EnvironmentOptions): void {
  if (network === undefined) return;
  const contradiction = (what: string, remedy: string) =>
    check.add('AZURE_NETWORK', 'target.network', { what, got: Object.keys(network).join(', '), remedy });
  if (environment !== undefined) {
    contradiction('the network is that of the environment, which is yours', 'Remove network or environment.');
  }
  const { addressSpace, subnet } = network;
  if (addressSpace === undefined) return;
  if (subnet !== undefined) {
    contradiction(
      'an address space is for a created network, and the subnet is yours',
      'Remove one of the two.',
    );
  }
  check.addressRanges('target.network.addressSpace', [addressSpace]);
  const prefix = Number(addressSpace.split('/')[1]);
  if (isUnresolved(addressSpace) || (prefix >= 16 && prefix <= 24)) return;
  check.add('AZURE_NETWORK', 'target.network.addressSpace', {
    what: 'the network is too small for the subnets, or larger than they could use',
    got: addressSpace,
    allowed: 'a prefix of /16 to /24',
    remedy: 'Use a range such as 10.64.0.0/23.',
  });
}

export function checkWorkspace(check: Checker, { environment, workspace }: EnvironmentOptions): void {
  if (environment === undefined || workspace !== undefined) return;
  check.add('AZURE_ENVIRONMENT', 'target.workspace', {
    what: 'the environment is yours, and nothing says where its logs are, which the alerts read',
    got: undefined,
    allowed: 'the workspace of the environment',
    remedy: 'Give workspace, the one that the environment sends its logs to.',
  });
}
