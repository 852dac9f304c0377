import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { Duration, ModelEndpoint, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { CloudRunEndpoint, Exposure, SecurityPolicy } from 'inferstack/gcp';

const project = process.env.GCP_PROJECT ?? 'my-project-123';
const region = process.env.GCP_REGION ?? 'europe-west1';

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/gcp-endpoint' });
const stack = new TerraformStack(app, 'diabetes');
new GoogleProvider(stack, 'Google', { project, region });
new GcsBackend(stack, { bucket: process.env.TF_STATE_BUCKET ?? 'my-terraform-state', prefix: 'diabetes' });

const endpoint = new ModelEndpoint(stack, 'Progression', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/diabetes/1')),
  target: new CloudRunEndpoint({
    project,
    region,
    name: 'diabetes-progression',
    exposure: Exposure.internet({
      domains: ['progression.example.com'],
      securityPolicy: SecurityPolicy.managedRules({ requestsPerAddress: 600 }),
    }),
    alarms: { emails: ['on-call@example.com'] },
  }),
  rollout: Rollout.rolling({ timeout: Duration.minutes(2) }),
  monitoring: { runbookUrl: 'https://runbooks.example.com/diabetes-progression' },
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? `${region}-docker.pkg.dev/${project}/inferstack/runtime:0.1.0`,
    ),
  },
});
endpoint.native.grantInvoke(`serviceAccount:clinic-frontend@${project}.iam.gserviceaccount.com`);

app.synth();
