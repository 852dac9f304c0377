import { App, Chart } from 'cdk8s';
import { BatchScoringJob, RuntimeImage } from 'inferstack';
import { KubernetesBatch } from 'inferstack/kubernetes';
import { job, run } from './job';

// The cdk8s CLI says by CDK8S_OUTDIR where it wants the manifests.
const app = new App({ outdir: process.env.CDK8S_OUTDIR ?? 'out/nightly-scoring-kubernetes' });
const chart = new Chart(app, 'scoring', { namespace: 'models', disableResourceNameHashes: true });

const image = RuntimeImage.fromRegistry(
  process.env.RUNTIME_IMAGE ?? 'registry.example.com/inferstack/runtime:0.1.0',
);
new BatchScoringJob(chart, 'Scores', { ...job, run: { ...run, image }, target: new KubernetesBatch() });

app.synth();
