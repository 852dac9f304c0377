import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, AzurermBackend, TerraformStack } from 'cdktf';
import { BatchScoringJob, RuntimeImage, Schedule } from 'inferstack';
import { ContainerAppBatch } from 'inferstack/azure';
import { job, run } from './job';

const subscriptionId = process.env.AZURE_SUBSCRIPTION_ID ?? '00000000-0000-0000-0000-000000000000';
const registry = {
  id: `/subscriptions/${subscriptionId}/resourceGroups/rg-images/providers/Microsoft.ContainerRegistry/registries/clinic`,
  loginServer: 'clinic.azurecr.io',
};

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/nightly-scoring-azure' });
const stack = new TerraformStack(app, 'scoring');
new AzurermProvider(stack, 'Azure', { features: [{}], subscriptionId, storageUseAzuread: true });
new AzurermBackend(stack, {
  resourceGroupName: 'rg-state',
  storageAccountName: process.env.TF_STATE_ACCOUNT ?? 'clinicstate',
  containerName: 'state',
  key: 'scoring',
});

const image = RuntimeImage.fromRegistry(
  process.env.RUNTIME_IMAGE ?? `${registry.loginServer}/inferstack/runtime:0.1.0`,
);
new BatchScoringJob(stack, 'Scores', {
  ...job,
  // Container Apps knows UTC alone: three in the morning in winter, four in summer.
  schedule: Schedule.daily({ hour: 2 }),
  run: { ...run, image },
  target: new ContainerAppBatch({
    location: process.env.AZURE_LOCATION ?? 'westeurope',
    registry,
    alerts: { emails: ['on-call@example.com'] },
  }),
});

app.synth();
