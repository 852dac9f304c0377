import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { BatchScoringJob, DataLocation, ModelSource, RuntimeImage } from 'inferstack';
import { KubernetesBatch } from 'inferstack/kubernetes';

const chart = new Chart(new App({ outdir: process.env.CDK8S_OUTDIR ?? 'out' }), 'clinic', {
  namespace: 'models',
});
const INPUT = process.env.TEST_INPUT;
const OUTPUT = process.env.TEST_OUTPUT;
if (INPUT === undefined || OUTPUT === undefined)
  throw new Error('TEST_INPUT and TEST_OUTPUT say where the files are');

for (const id of (process.env.TEST_JOBS ?? 'Scores').split(',')) {
  new BatchScoringJob(chart, id, {
    model: ModelSource.fromDirectory(path.join(__dirname, '../../../examples/models/breast-cancer/1')),
    input: { from: DataLocation.at({ kubernetes: { claim: 'in' }, local: INPUT }), passthrough: ['label'] },
    output: {
      to: DataLocation.at({ kubernetes: { claim: 'out' }, ...(OUTPUT !== '' && { local: OUTPUT }) }),
      format: 'csv',
      compression: 'none',
    },
    run: {
      image: RuntimeImage.fromRegistry('registry.example.com/runtime:1'),
      ...{ parallelism: 2, rowsPerShard: 40, attempts: 2 },
    },
    target: new KubernetesBatch(),
  });
}
