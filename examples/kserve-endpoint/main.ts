import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { KServeEndpoint } from 'inferstack/kubernetes';

// The cdk8s CLI says by CDK8S_OUTDIR where it wants the manifests.
const app = new App({ outdir: process.env.CDK8S_OUTDIR ?? 'out/kserve-endpoint' });
const chart = new Chart(app, 'diabetes', { namespace: 'models', disableResourceNameHashes: true });

new ModelEndpoint(chart, 'Progression', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/diabetes/1')),
  target: new KServeEndpoint({
    // The model's own name: whoever asks an InferenceService for a model asks by the name of the InferenceService.
    name: 'diabetes',
    createNamespace: true,
  }),
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? 'registry.example.com/inferstack/runtime:0.1.0',
    ),
    grpc: true,
  },
});

app.synth();
