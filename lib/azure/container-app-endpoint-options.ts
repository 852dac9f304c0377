import type { ModelSource } from '../core';
import type { EndpointExposure } from './endpoint-exposure';
import type {
  EnvironmentReference,
  IdentityReference,
  RegistryReference,
  ResourceGroupReference,
  SubnetReference,
  WorkspaceReference,
} from './references';

/** What only Azure knows about an endpoint on Container Apps. Everything else is in the props of `ModelEndpoint`. */
export interface ContainerAppEndpointOptions {
  /** Azure region of everything created, `westeurope`. @default - that of `resourceGroup`, which one of the two must give */
  readonly location?: string;
  /** Name of the container app, 2 to 32 characters, and part of every other name. @default - from the construct path */
  readonly name?: string;
  /** Group that holds everything created. @default - one of its own */
  readonly resourceGroup?: ResourceGroupReference;
  /** Who reaches the endpoint, and how. @default Exposure.private() */
  readonly exposure?: EndpointExposure;
  /** Network of a created environment. @default - a virtual network of its own */
  readonly network?: ContainerAppNetworkOptions;
  /** Environment of yours, shared by several endpoints; needs `workspace`. @default - one of its own */
  readonly environment?: EnvironmentReference;
  /** Registry the image is pulled from with the identity. @default - pulled without credentials */
  readonly registry?: RegistryReference;
  /** Identity of the replicas. Gets AcrPull and Storage Blob Data Reader. @default - one of its own */
  readonly identity?: IdentityReference;
  /** Workspace the logs go to. @default - one of its own */
  readonly workspace?: WorkspaceReference;
  /** Where the model package is stored. @default - see each option */
  readonly modelStorage?: ModelStorageOptions;
  /** Who hears of alerts. @default - nobody; alerts are seen in the portal */
  readonly alerts?: ContainerAppAlertOptions;
  /** Tags of everything created, besides `inferstack-endpoint`. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ContainerAppNetworkOptions {
  /** Address space of the created network, /16 to /24. @default '10.64.0.0/23' */
  readonly addressSpace?: string;
  /** Subnet of yours. @default - a network of its own */
  readonly subnet?: SubnetReference;
  /** Whether replicas spread over availability zones; not every region has them. @default true */
  readonly zoneRedundant?: boolean;
}

export interface ModelStorageOptions {
  /**
   * Packages of versions that may still serve: kept, so that an earlier revision finds its model.
   * @default - the current one alone
   */
  readonly previousModels?: readonly ModelSource[];
  /**
   * Public addresses and ranges that may reach the storage account besides the subnet of the replicas: those from
   * where Terraform runs. An empty list closes it to all but the network.
   * @default - every network; access always takes an identity with rights on the data
   */
  readonly allowFrom?: readonly string[];
  /** Copies of the package: `LRS`, `ZRS`, `GRS`, `GZRS`. @default 'ZRS' */
  readonly replication?: StorageReplication;
}

export type StorageReplication = 'LRS' | 'ZRS' | 'GRS' | 'GZRS';

export interface ContainerAppAlertOptions {
  /** Addresses that get a mail. @default - none */
  readonly emails?: readonly string[];
  /** Action groups of yours. @default - none */
  readonly actionGroupIds?: readonly string[];
}
