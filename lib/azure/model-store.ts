import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageBlob } from '@cdktf/provider-azurerm/lib/storage-blob';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import type { ModelPackage } from '@inferstack/runtime/model';
import type { Construct } from 'constructs';
import { digestHex, packagePath } from '../core';
import { literal, modelArchive } from '../terraform';
import type { AnyContext } from './context';
import { globalHash } from './global-hash';

const KEEP_DELETED_DAYS = 30;

export interface ModelStore {
  readonly account: StorageAccount;
  readonly container: StorageContainer;
  /** The packages that serve, the main one first. */
  readonly models: readonly StorageBlob[];
  /** Packages of earlier versions. */
  readonly previous: readonly StorageBlob[];
  /** Addresses of the packages that serve, for the runtime. */
  readonly uris: readonly string[];
}

/**
 * Each model package as one object, addressed by its digest, in a storage account without keys and without anonymous
 * access.
 *
 * @param subnetId subnet of the replicas; undefined: unknown, the environment is yours
 */
export function createModelStore(
  scope: Construct,
  context: AnyContext,
  previousModels: readonly ModelPackage[],
  subnetId: string | undefined,
): ModelStore {
  const account = createAccount(scope, context, subnetId);
  const container = new StorageContainer(scope, 'ModelContainer', {
    name: 'models',
    storageAccountId: account.id,
    containerAccessType: 'private',
  });
  const upload = (model: ModelPackage) => uploadModel(scope, container, account, model);
  const models = context.plan.models.map(upload);
  const previous = previousModels.map(upload);
  const uris = models.map(({ name }) => `azblob://${account.name}/${container.name}/${name}`);
  return { account, container, models, previous, uris };
}

function createAccount(scope: Construct, context: AnyContext, subnetId: string | undefined): StorageAccount {
  const { allowFrom, replication = 'ZRS' } = context.options.modelStorage ?? {};
  return new StorageAccount(scope, 'ModelStorage', {
    ...context.placed,
    name: `st${globalHash(context)}`,
    accountKind: 'StorageV2',
    accountTier: 'Standard',
    accountReplicationType: replication,
    minTlsVersion: 'TLS1_2',
    httpsTrafficOnlyEnabled: true,
    sharedAccessKeyEnabled: false,
    defaultToOauthAuthentication: true,
    localUserEnabled: false,
    allowNestedItemsToBePublic: false,
    crossTenantReplicationEnabled: false,
    blobProperties: {
      versioningEnabled: true,
      deleteRetentionPolicy: { days: KEEP_DELETED_DAYS },
      containerDeleteRetentionPolicy: { days: KEEP_DELETED_DAYS },
    },
    networkRules:
      allowFrom === undefined
        ? undefined
        : {
            defaultAction: 'Deny',
            bypass: ['None'],
            ipRules: allowFrom.map(literal),
            virtualNetworkSubnetIds: subnetId === undefined ? [] : [subnetId],
          },
  });
}

/** The digest lies in id and name: a new version is another object, and never replaces one that serves. */
function uploadModel(
  scope: Construct,
  container: StorageContainer,
  account: StorageAccount,
  model: ModelPackage,
): StorageBlob {
  const digest = digestHex(model);
  return new StorageBlob(scope, `Model${digest.slice(0, 16)}`, {
    name: literal(`${packagePath(model)}/${digest}.tar.gz`),
    storageAccountName: account.name,
    storageContainerName: container.name,
    type: 'Block',
    contentType: 'application/gzip',
    source: modelArchive(scope, model),
  });
}
