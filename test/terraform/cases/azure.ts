import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { AzurermBackend } from 'cdktf';
import {
  Duration,
  Gate,
  ModelEndpoint,
  type ModelEndpointProps,
  type ModelSource,
  Rollout,
} from 'inferstack';
import {
  ContainerAppEndpoint,
  type ContainerAppEndpointOptions,
  type ContainerAppNative,
  Exposure,
} from 'inferstack/azure';
import { type Case, image, model, stackCase, type Upgrade } from './case';

type Props = Omit<Partial<ModelEndpointProps<ContainerAppNative>>, 'target'>;

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-models`;
const PROVIDERS = `${GROUP}/providers`;
const VAULT = `${PROVIDERS}/Microsoft.KeyVault/vaults/certificates`;

const workspace = { id: `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs`, retentionInDays: 30 };
const zone = { name: 'example.com', resourceGroupName: 'rg-dns' };
const fromVault = {
  keyVaultSecretId: 'https://certificates.vault.azure.net/secrets/credit',
  keyVaultId: VAULT,
};

/** Together they use every option of the target once at least, and the edges of what it takes. */
export const azureCases: readonly Case[] = [
  azure('default', {}),
  azure('two models', {}, { model: [model('breast-cancer/1'), model('digits/1')] }),
  azure('everything of yours', {
    resourceGroup: { id: GROUP, name: 'rg-models', location: 'westeurope' },
    environment: { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models`, internal: false },
    registry: {
      id: `${PROVIDERS}/Microsoft.ContainerRegistry/registries/images`,
      loginServer: 'images.azurecr.io',
    },
    identity: {
      id: `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/credit`,
      clientId: '11111111-1111-1111-1111-111111111111',
      principalId: '22222222-2222-2222-2222-222222222222',
    },
    workspace,
    exposure: Exposure.internet({ allowFrom: ['203.0.113.0/24', '198.51.100.7'] }),
    tags: { team: 'risk' },
  }),
  azure('a domain with a certificate from the vault', {
    exposure: Exposure.internet({
      domain: { name: 'credit.example.com', certificate: fromVault, zone },
    }),
    network: { addressSpace: '10.70.0.0/16', zoneRedundant: false },
  }),
  azure('a domain with a certificate that is there', {
    exposure: Exposure.private({
      allowFrom: ['10.0.0.0/8'],
      domain: {
        name: 'credit.example.com',
        certificate: {
          environmentCertificateId: `${PROVIDERS}/Microsoft.App/managedEnvironments/models/certificates/credit`,
        },
      },
    }),
    environment: { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models`, internal: true },
    workspace,
  }),
  azure('for its neighbours, in a subnet of yours, storage closed', {
    exposure: Exposure.environment(),
    network: {
      subnet: {
        id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/net/subnets/apps`,
        virtualNetworkId: `${PROVIDERS}/Microsoft.Network/virtualNetworks/net`,
      },
    },
    modelStorage: { previousModels: [model('diabetes/1')], allowFrom: [], replication: 'GZRS' },
    alerts: {
      emails: ['on-call@example.com'],
      actionGroupIds: [`${PROVIDERS}/Microsoft.Insights/actionGroups/operators`],
    },
  }),
  azure('behind a firewall', {
    exposure: Exposure.webFirewall({ hostName: 'credit.example.com', certificate: fromVault }),
  }),
  azure('behind a firewall, in a network of yours', {
    exposure: Exposure.webFirewall({
      hostName: 'credit.example.com',
      certificate: fromVault,
      zone,
      allowFrom: ['203.0.113.0/24'],
      requestsPerMinute: 5000,
      mode: 'detection',
      maxCapacity: 125,
      gatewaySubnet: {
        id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/net/subnets/gateway`,
        addressPrefix: '10.1.2.0/26',
      },
    }),
    network: {
      subnet: {
        id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/net/subnets/apps`,
        virtualNetworkId: `${PROVIDERS}/Microsoft.Network/virtualNetworks/net`,
      },
    },
  }),
  azure(
    'smallest, to zero, quiet',
    { name: 'c2', modelStorage: { allowFrom: ['203.0.113.9'], replication: 'LRS' } },
    {
      resources: { cpuMillis: 250, memoryMiB: 512 },
      scaling: { minReplicas: 0, maxReplicas: 1, requestsPerReplica: 10 },
      monitoring: {
        dashboard: false,
        errors: { maxPercent: 0.1, minRequests: 1, window: Duration.minutes(1) },
        latency: false,
      },
      runtime: { drainDelay: Duration.seconds(0), drainTimeout: Duration.seconds(30) },
    },
  ),
  azure(
    'largest, long name',
    { name: 'a'.repeat(32) },
    {
      resources: { cpuMillis: 4000, memoryMiB: 8192 },
      scaling: { minReplicas: 300, maxReplicas: 300, requestsPerReplica: 1000, cpuPercent: 90 },
      monitoring: { logRetentionDays: 730, runbookUrl: 'https://runbooks.example.com/a?b={c}' },
      runtime: {
        requestTimeout: Duration.seconds(240),
        drainTimeout: Duration.seconds(500),
        maxInFlight: 1000,
      },
    },
  ),
  azure(
    'canary with gates',
    {
      modelStorage: { previousModels: [] },
      alerts: { emails: ['on-call@example.com'] },
      tags: { team: 'risk' },
    },
    {
      rollout: Rollout.canary({
        percent: 1,
        gates: [
          Gate.errors({ window: Duration.minutes(1), failAfter: { failed: 6, of: 6 } }),
          Gate.latency({ max: Duration.millis(50), quantile: 0.5 }),
        ],
      }),
    },
  ),
  azure(
    'linear, long name, two models',
    { name: 'b'.repeat(32), release: 999_999, modelStorage: { previousModels: [] } },
    { model: [model('breast-cancer/1'), model('digits/1')], rollout: Rollout.linear({ step: 1 }) },
  ),
  azure(
    'blue-green, in an environment of yours',
    {
      environment: { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models`, internal: true },
      workspace,
      modelStorage: { previousModels: [model('breast-cancer/2')] },
    },
    { rollout: Rollout.blueGreen() },
  ),
];

/** Releases of a canary, in their order: the third is the first again. */
export const azureReleases: readonly [Case, Case, Case] = [
  canaryOf('breast-cancer/1', []),
  canaryOf('breast-cancer/2', ['breast-cancer/1']),
  canaryOf('breast-cancer/1', ['breast-cancer/2'], 2),
];

export const azureUpgrade: Upgrade = {
  name: 'azure',
  first: release([model('breast-cancer/1')]),
  second: release([model('breast-cancer/2'), model('breast-cancer/1')]),
  expected: { azurerm_container_app: 'update', azurerm_storage_blob: 'create' },
};

function release([current, ...previousModels]: readonly ModelSource[]): Case {
  return azure('upgrade', { modelStorage: { previousModels } }, { model: current! });
}

function canaryOf(current: string, previous: readonly string[], release?: number): Case {
  const options = {
    modelStorage: { previousModels: previous.map(model) },
    ...(release !== undefined && { release }),
  };
  return azure('release', options, { model: model(current), rollout: Rollout.canary() });
}

function azure(name: string, options: ContainerAppEndpointOptions, props: Props = {}): Case {
  return stackCase(`azure ${name}`, (stack) => {
    new AzurermProvider(stack, 'Azure', {
      features: [{}],
      subscriptionId: SUBSCRIPTION.split('/').at(-1)!,
      storageUseAzuread: true,
    });
    new AzurermBackend(stack, { storageAccountName: 'state', containerName: 'state', key: 'serving' });
    new ModelEndpoint(stack, 'Endpoint', {
      model: model('breast-cancer/1'),
      target: new ContainerAppEndpoint({
        ...(options.resourceGroup === undefined ? { location: 'westeurope' } : {}),
        ...options,
      }),
      ...props,
      runtime: { image: image(options.registry?.loginServer ?? 'registry.example.com'), ...props.runtime },
    });
  });
}
