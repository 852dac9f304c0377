import path from 'node:path';
import { DataAzurermContainerRegistry } from '@cdktf/provider-azurerm/lib/data-azurerm-container-registry';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, AzurermBackend, TerraformStack } from 'cdktf';
import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { ContainerAppEndpoint } from 'inferstack/azure';

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/azure-endpoint' });
const stack = new TerraformStack(app, 'Diabetes');

new AzurermProvider(stack, 'azurerm', {
  features: [{}],
  subscriptionId: process.env.ARM_SUBSCRIPTION_ID ?? '00000000-0000-0000-0000-000000000000',
  // The storage account of the models has no keys.
  storageUseAzuread: true,
});
new AzurermBackend(stack, {
  resourceGroupName: process.env.STATE_RESOURCE_GROUP ?? 'rg-terraform',
  storageAccountName: process.env.STATE_STORAGE_ACCOUNT ?? 'stterraformexample',
  containerName: 'state',
  key: 'diabetes.tfstate',
  useAzureadAuth: true,
});

const registryName = process.env.REGISTRY_NAME ?? 'example';
const registry = new DataAzurermContainerRegistry(stack, 'Registry', {
  name: registryName,
  resourceGroupName: process.env.REGISTRY_RESOURCE_GROUP ?? 'rg-registry',
});

new ModelEndpoint(stack, 'Progression', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/diabetes/1')),
  target: new ContainerAppEndpoint({
    location: 'westeurope',
    registry,
    alerts: { emails: ['on-call@example.com'] },
  }),
  scaling: { minReplicas: 2, maxReplicas: 20, requestsPerReplica: 100 },
  monitoring: { runbookUrl: 'https://runbooks.example.com/model-endpoints' },
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? `${registryName}.azurecr.io/inferstack/runtime:0.1.0`,
    ),
  },
});

app.synth();
