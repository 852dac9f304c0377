import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { Duration, Gate, ModelEndpoint, ModelSource, Rollout, RuntimeImage, SecretRef } from 'inferstack';
import { KubernetesEndpoint } from 'inferstack/kubernetes';

// The cdk8s CLI says by CDK8S_OUTDIR where it wants the manifests.
const app = new App({ outdir: process.env.CDK8S_OUTDIR ?? 'out/shadow' });
const chart = new Chart(app, 'cancer', { namespace: 'models', disableResourceNameHashes: true });

const version = (number: string): ModelSource =>
  ModelSource.fromDirectory(path.join(__dirname, '../models/breast-cancer', number));

new ModelEndpoint(chart, 'Cancer', {
  // Answers everybody; version 2 computes the same afterwards, and answers nobody.
  model: version('1'),
  target: new KubernetesEndpoint({ name: 'breast-cancer', createNamespace: true }),
  rollout: Rollout.shadow({
    candidate: version('2'),
    duration: Duration.minutes(10),
    gates: [
      // A linear model and trees: not the same on every row, but on nine of ten.
      Gate.agreement({ min: 0.9, minSamples: 200 }),
      Gate.scoreDistance({ maxMean: 0.1, minSamples: 200 }),
      Gate.errors({ maxPercent: 1, minSamples: 200, window: Duration.minutes(1) }),
    ],
    trial: {
      // One `<name>:<sha256 of the key>` a line: who may promote it, by `inferstack rollout promote`.
      adminKeys: SecretRef.at({ kubernetes: { secretName: 'breast-cancer-rollout', key: 'keys' } }),
    },
  }),
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? 'registry.example.com/inferstack/runtime:0.1.0',
    ),
  },
});

app.synth();
