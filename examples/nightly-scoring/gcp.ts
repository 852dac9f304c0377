import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack } from 'cdktf';
import { BatchScoringJob, RuntimeImage } from 'inferstack';
import { CloudRunBatch } from 'inferstack/gcp';
import { job, run } from './job';

const project = process.env.GCP_PROJECT ?? 'my-project-123';
const region = process.env.GCP_REGION ?? 'europe-west1';

const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'out/nightly-scoring-gcp' });
const stack = new TerraformStack(app, 'scoring');
new GoogleProvider(stack, 'Google', { project, region });
new GcsBackend(stack, { bucket: process.env.TF_STATE_BUCKET ?? 'my-terraform-state', prefix: 'scoring' });

const image = RuntimeImage.fromRegistry(
  process.env.RUNTIME_IMAGE ?? `${region}-docker.pkg.dev/${project}/inferstack/runtime:0.1.0`,
);
new BatchScoringJob(stack, 'Scores', {
  ...job,
  run: { ...run, image },
  target: new CloudRunBatch({ project, region, alarms: { emails: ['on-call@example.com'] } }),
});

app.synth();
