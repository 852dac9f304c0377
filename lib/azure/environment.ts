import { ContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/container-app-environment';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { AnyContext, EndpointContext } from './context';
import { type EnvironmentOptions, type Network, resolveNetwork } from './network';
import { createPrivateDns, type PrivateDns } from './private-dns';
import type { IdentityReference } from './references';

export interface BoundEnvironment {
  readonly id: string;
  /** undefined: yours. */
  readonly created: ContainerAppEnvironment | undefined;
  /** undefined: the environment is yours. */
  readonly network: Network | undefined;
  /** Names inside the network; with a created internal environment. */
  readonly privateDns: PrivateDns | undefined;
}

export interface EnvironmentProps {
  /** Whether its load balancer has an address of the network alone. */
  readonly internal: boolean;
  readonly workspaceId: string;
  /** Reads certificates from a key vault. */
  readonly certificateReader: IdentityReference | undefined;
}

/** The profile that is paid by use, present in every environment with workload profiles. */
export const WORKLOAD_PROFILE = 'Consumption';

/** Where the container app runs: yours, or one of its own. */
export function resolveEnvironment(
  scope: Construct,
  context: EndpointContext,
  props: EnvironmentProps,
): BoundEnvironment {
  const given = context.options.environment;
  if (given !== undefined) {
    return { id: literal(given.id), created: undefined, network: undefined, privateDns: undefined };
  }
  const { network, created } = createEnvironment(scope, context, context.options, props);
  const privateDns = props.internal ? createPrivateDns(scope, context, created, network) : undefined;
  return { id: created.id, created, network, privateDns };
}

/** One of its own, in your network or one of its own. */
export function createEnvironment(
  scope: Construct,
  context: AnyContext,
  options: EnvironmentOptions,
  { internal, workspaceId, certificateReader }: EnvironmentProps,
): { readonly network: Network; readonly created: ContainerAppEnvironment } {
  const network = resolveNetwork(scope, context, options);
  const created = new ContainerAppEnvironment(scope, 'Environment', {
    ...context.placed,
    name: `cae-${context.name}`,
    infrastructureSubnetId: network.subnetId,
    internalLoadBalancerEnabled: internal,
    zoneRedundancyEnabled: options.network?.zoneRedundant ?? true,
    workloadProfile: [{ name: WORKLOAD_PROFILE, workloadProfileType: WORKLOAD_PROFILE }],
    logsDestination: 'log-analytics',
    logAnalyticsWorkspaceId: workspaceId,
    identity:
      certificateReader === undefined
        ? undefined
        : { type: 'UserAssigned', identityIds: [certificateReader.id] },
  });
  return { network, created };
}
