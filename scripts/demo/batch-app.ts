/** The app of the demo's batch job: the model of the endpoint over the files that the demo made, by two workers. */
import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { BatchScoringJob, DataLocation, ModelSource, RuntimeImage } from 'inferstack';
import { KubernetesBatch } from 'inferstack/kubernetes';

const chart = new Chart(new App(), 'demo', { namespace: 'models', disableResourceNameHashes: true });
const place = (folder: string) =>
  DataLocation.at({
    kubernetes: { claim: 'demo', path: `${folder}/` },
    local: process.env[`DEMO_${folder}`]!,
  });

new BatchScoringJob(chart, 'Scores', {
  model: ModelSource.fromDirectory(path.resolve(__dirname, '../../examples/models/breast-cancer/1')),
  input: { from: place('INPUT') },
  output: { to: place('OUTPUT') },
  run: { parallelism: 2, image: RuntimeImage.fromRegistry('registry.example.com/inferstack/runtime:0.1.0') },
  target: new KubernetesBatch(),
});
