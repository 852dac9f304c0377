import path from 'node:path';
import { DataAzurermContainerRegistry } from '@cdktf/provider-azurerm/lib/data-azurerm-container-registry';
import { DataAzurermMachineLearningWorkspace } from '@cdktf/provider-azurerm/lib/data-azurerm-machine-learning-workspace';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, AzurermBackend, TerraformStack } from 'cdktf';
import { Duration, ModelEndpoint, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { MachineLearningEndpoint } from 'inferstack/azure';

const subscriptionId = process.env.ARM_SUBSCRIPTION_ID ?? '00000000-0000-0000-0000-000000000000';
const resourceGroupName = process.env.ML_RESOURCE_GROUP ?? 'research';
const registryName = process.env.ACR_NAME ?? 'example';

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/azure-ml-endpoint' });
const stack = new TerraformStack(app, 'Digits');
new AzurermProvider(stack, 'Azure', { features: [{}], subscriptionId, storageUseAzuread: true });
new AzurermBackend(stack, {
  storageAccountName: process.env.TF_STATE_ACCOUNT ?? 'terraformstate',
  containerName: 'state',
  key: 'digits.tfstate',
});

const machineLearning = new DataAzurermMachineLearningWorkspace(stack, 'Research', {
  name: process.env.ML_WORKSPACE ?? 'research',
  resourceGroupName,
});
const registry = new DataAzurermContainerRegistry(stack, 'Registry', {
  name: registryName,
  resourceGroupName,
});

new ModelEndpoint(stack, 'Reader', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/digits/1')),
  target: new MachineLearningEndpoint({
    location: 'westeurope',
    name: 'digits-reader',
    machineLearning,
    registry,
    alerts: { emails: ['on-call@example.com'] },
  }),
  scaling: { minReplicas: 2, maxReplicas: 6, requestsPerReplica: 40 },
  rollout: Rollout.rolling({ timeout: Duration.minutes(20) }),
  monitoring: { runbookUrl: 'https://runbooks.example.com/digits-reader' },
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? `${registryName}.azurecr.io/inferstack/runtime@sha256:${'0'.repeat(64)}`,
    ),
  },
});

app.synth();
