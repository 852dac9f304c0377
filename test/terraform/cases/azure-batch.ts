import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { AzurermBackend } from 'cdktf';
import { BatchScoringJob, DataLocation, Duration, Schedule } from 'inferstack';
import {
  ContainerAppBatch,
  type ContainerAppBatchNative,
  type ContainerAppBatchOptions,
} from 'inferstack/azure';
import { INPUT, type JobProps, OUTPUT } from '../../support/batch';
import { type Case, image, model, stackCase } from './case';

type Props = Omit<JobProps<ContainerAppBatchNative>, 'target'>;

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-models`;
const PROVIDERS = `${GROUP}/providers`;
const FILES = {
  storageAccountId: `${PROVIDERS}/Microsoft.Storage/storageAccounts/files`,
  container: 'files',
};

/** Together they use every option of the target once at least. */
export const azureBatchCases: readonly Case[] = [
  azure('when asked', {}),
  azure(
    'everything of yours, one file, to a whole container',
    {
      resourceGroup: { id: GROUP, name: 'rg-models', location: 'westeurope' },
      environment: { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models` },
      workspace: { id: `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs`, retentionInDays: 30 },
      registry: {
        id: `${PROVIDERS}/Microsoft.ContainerRegistry/registries/images`,
        loginServer: 'images.azurecr.io',
      },
      identity: {
        id: `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/scores`,
        clientId: '11111111-1111-1111-1111-111111111111',
        principalId: '22222222-2222-2222-2222-222222222222',
      },
      tags: { team: 'risk' },
    },
    {
      input: { from: DataLocation.at({ azure: { ...FILES, path: 'today/one.csv' } }) },
      output: { to: DataLocation.at({ azure: FILES }) },
    },
  ),
  azure(
    'nightly, longest name, many workers',
    {
      name: 'a'.repeat(32),
      network: { addressSpace: '10.70.0.0/16', zoneRedundant: false },
      modelStorage: { allowFrom: ['203.0.113.9'], replication: 'LRS' },
      alerts: {
        emails: ['on-call@example.com'],
        actionGroupIds: [`${PROVIDERS}/Microsoft.Insights/actionGroups/operators`],
      },
    },
    {
      schedule: Schedule.daily({ hour: 3 }),
      run: {
        ...{ parallelism: 16, attempts: 2, timeout: Duration.hours(12) },
        resources: { cpuMillis: 4000, memoryMiB: 8192 },
      },
      monitoring: { logRetentionDays: 730, runbookUrl: 'https://runbooks.example.com/a?b={c}' },
    },
  ),
];

function azure(name: string, options: ContainerAppBatchOptions, props: Props = {}): Case {
  return stackCase(`azure batch ${name}`, (stack) => {
    new AzurermProvider(stack, 'Azure', {
      features: [{}],
      subscriptionId: SUBSCRIPTION,
      storageUseAzuread: true,
    });
    new AzurermBackend(stack, { storageAccountName: 'state', containerName: 'state', key: 'scoring' });
    new BatchScoringJob(stack, 'Scores', {
      model: model('breast-cancer/1'),
      input: { from: INPUT },
      output: { to: OUTPUT },
      target: new ContainerAppBatch({
        ...(options.resourceGroup === undefined ? { location: 'westeurope' } : {}),
        ...options,
      }),
      ...props,
      run: { image: image(options.registry?.loginServer ?? 'registry.example.com'), ...props.run },
    });
  });
}
