import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { AzurermBackend } from 'cdktf';
import { Duration, ModelEndpoint, type ModelEndpointProps, type ModelSource, Rollout } from 'inferstack';
import {
  MachineLearningEndpoint,
  type MachineLearningEndpointOptions,
  type MachineLearningNative,
} from 'inferstack/azure';
import { type Case, image, model, stackCase } from './case';

type Options = Partial<MachineLearningEndpointOptions>;
type Props = Omit<Partial<ModelEndpointProps<MachineLearningNative>>, 'target'>;

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-models`;
const PROVIDERS = `${GROUP}/providers`;
const WORKSPACE = {
  id: `${PROVIDERS}/Microsoft.MachineLearningServices/workspaces/research`,
  name: 'research',
  resourceGroupName: 'rg-models',
  location: 'westeurope',
};

/** Together they use every option of the target once at least, and the edges of what it takes. */
export const machineLearningCases: readonly Case[] = [
  machineLearning('default', {}),
  machineLearning('everything of yours, from the internet', {
    publicAccess: true,
    instanceSeries: 'Esv3',
    resourceGroup: { id: GROUP, name: 'rg-models', location: 'westeurope' },
    registry: {
      id: `${PROVIDERS}/Microsoft.ContainerRegistry/registries/images`,
      loginServer: 'images.azurecr.io',
    },
    identity: {
      id: `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/credit`,
      clientId: '11111111-1111-1111-1111-111111111111',
      principalId: '22222222-2222-2222-2222-222222222222',
    },
    workspace: { id: `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs`, retentionInDays: 30 },
    modelStorage: {
      allowFrom: ['203.0.113.0/24'],
      previousModels: [model('diabetes/1')],
      replication: 'GRS',
    },
    alerts: {
      emails: ['on-call@example.com'],
      actionGroupIds: [`${PROVIDERS}/Microsoft.Insights/actionGroups/ml`],
    },
    tags: { team: 'risk' },
  }),
  machineLearning(
    'largest, long name',
    { name: 'a'.repeat(32), instanceSeries: 'Fsv2' },
    {
      resources: { cpuMillis: 72_000, memoryMiB: 140_000 },
      scaling: {
        minReplicas: 1,
        maxReplicas: 50,
        requestsPerReplica: 100,
        scaleInCooldown: Duration.minutes(60),
      },
      rollout: Rollout.rolling({ timeout: Duration.minutes(60), bake: Duration.seconds(0) }),
      monitoring: { runbookUrl: 'https://runbooks.example.com/a?b={c}', latency: false, dashboard: false },
      runtime: {
        maxBodyBytes: 10_000_000,
        requestTimeout: Duration.seconds(175),
        drainTimeout: Duration.seconds(180),
      },
    },
  ),
];

/** A release, and the next one with another model. */
export const machineLearningReleases: readonly [first: Case, second: Case] = [
  release([model('breast-cancer/1')]),
  release([model('breast-cancer/2'), model('breast-cancer/1')]),
];

function release([current, ...previousModels]: readonly ModelSource[]): Case {
  return machineLearning('release', { modelStorage: { previousModels } }, { model: current! });
}

function machineLearning(name: string, options: Options, props: Props = {}): Case {
  return stackCase(`azure machine learning ${name}`, (stack) => {
    new AzurermProvider(stack, 'Azure', {
      features: [{}],
      subscriptionId: SUBSCRIPTION.split('/').at(-1)!,
      storageUseAzuread: true,
    });
    new AzurermBackend(stack, { storageAccountName: 'state', containerName: 'state', key: 'serving' });
    new ModelEndpoint(stack, 'Endpoint', {
      model: model('breast-cancer/1'),
      target: new MachineLearningEndpoint({
        ...(options.resourceGroup === undefined ? { location: 'westeurope' } : {}),
        machineLearning: WORKSPACE,
        ...options,
      }),
      ...props,
      runtime: { image: image(options.registry?.loginServer ?? 'registry.example.com'), ...props.runtime },
    });
  });
}
