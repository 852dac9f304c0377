import type { ModelSource } from '../core';
import type {
  IdentityReference,
  RegistryReference,
  ResourceGroupReference,
  WorkspaceReference,
} from './references';

/** What every endpoint on Azure may be told, whatever it runs on. */
export interface AzureEndpointOptions {
  /** Azure region of everything created, `westeurope`. @default - that of `resourceGroup`, which one of the two must give */
  readonly location?: string;
  /** Group that holds everything created. @default - one of its own */
  readonly resourceGroup?: ResourceGroupReference;
  /** Registry the image is pulled from with the identity. @default - pulled without credentials */
  readonly registry?: RegistryReference;
  /** Identity of the replicas. Gets AcrPull and Storage Blob Data Reader. @default - one of its own */
  readonly identity?: IdentityReference;
  /** Workspace the logs go to. @default - one of its own */
  readonly workspace?: WorkspaceReference;
  /** Where the model package is stored. @default - see each option */
  readonly modelStorage?: ModelStorageOptions;
  /** Who hears of alerts. @default - nobody; alerts are seen in the portal */
  readonly alerts?: AlertOptions;
  /** Tags of everything created, besides `inferstack-endpoint`. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
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

export interface AlertOptions {
  /** Addresses that get a mail. @default - none */
  readonly emails?: readonly string[];
  /** Action groups of yours. @default - none */
  readonly actionGroupIds?: readonly string[];
}
