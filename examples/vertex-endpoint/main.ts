import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { Duration, ModelEndpoint, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { VertexEndpoint } from 'inferstack/gcp';

const project = process.env.GCP_PROJECT ?? 'my-project-123';
const region = process.env.GCP_REGION ?? 'europe-west1';

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/vertex-endpoint' });
const stack = new TerraformStack(app, 'screening');
new GoogleProvider(stack, 'Google', { project, region });
new GcsBackend(stack, { bucket: process.env.TF_STATE_BUCKET ?? 'my-terraform-state', prefix: 'screening' });

new ModelEndpoint(stack, 'Tumours', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/breast-cancer/1')),
  target: new VertexEndpoint({
    project,
    region,
    name: 'tumours',
    keepPrevious: true,
    alarms: { emails: ['on-call@example.com'] },
  }),
  scaling: { minReplicas: 2, maxReplicas: 6, cpuPercent: 60 },
  rollout: Rollout.rolling({ bake: Duration.minutes(10), timeout: Duration.minutes(30) }),
  monitoring: { runbookUrl: 'https://runbooks.example.com/tumours' },
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? `${region}-docker.pkg.dev/${project}/inferstack/runtime:0.1.0`,
    ),
  },
});

app.synth();
