/** The app of a user: a model from the registry, on a cluster with KServe. */
import { App, Chart } from 'cdk8s';
import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { KServeEndpoint } from 'inferstack/kubernetes';

const app = new App({ outdir: process.env['CDK8S_OUTDIR'] ?? 'manifests' });
const chart = new Chart(app, 'tumours', { namespace: 'models', disableResourceNameHashes: true });

new ModelEndpoint(chart, 'Tumours', {
  model: ModelSource.fromMlflow('models:/tumours@champion'),
  target: new KServeEndpoint({ name: 'tumours-live' }),
  runtime: {
    image: RuntimeImage.fromRegistry(`registry.example.com/inferstack/runtime@sha256:${'a'.repeat(64)}`),
  },
});

app.synth();
