import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { EndpointExposure } from './endpoint-exposure';
import type { EnvironmentReference, SubnetReference } from './references';

/** What only Azure knows about an endpoint on Container Apps. Everything else is in the props of `ModelEndpoint`. */
export interface ContainerAppEndpointOptions extends AzureEndpointOptions {
  /** Name of the container app, 2 to 32 characters, and part of every other name. @default - from the construct path */
  readonly name?: string;
  /** Who reaches the endpoint, and how. @default Exposure.private() */
  readonly exposure?: EndpointExposure;
  /** Network of a created environment. @default - a virtual network of its own */
  readonly network?: ContainerAppNetworkOptions;
  /**
   * Part of the name of the revision, with rollouts by steps. Azure takes no name twice: raise it to deploy again what
   * was deployed before, and leave it alone otherwise, since another program is another name.
   * @default 1
   */
  readonly release?: number;
  /** Environment of yours, shared by several endpoints; needs `workspace`. @default - one of its own */
  readonly environment?: EnvironmentReference;
}

export interface ContainerAppNetworkOptions {
  /** Address space of the created network, /16 to /24. @default '10.64.0.0/23' */
  readonly addressSpace?: string;
  /** Subnet of yours. @default - a network of its own */
  readonly subnet?: SubnetReference;
  /** Whether replicas spread over availability zones; not every region has them. @default true */
  readonly zoneRedundant?: boolean;
}
