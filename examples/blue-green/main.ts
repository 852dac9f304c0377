import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { Duration, Gate, ModelEndpoint, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { Exposure, KubernetesEndpoint } from 'inferstack/kubernetes';

// The cdk8s CLI says by CDK8S_OUTDIR where it wants the manifests.
const app = new App({ outdir: process.env.CDK8S_OUTDIR ?? 'out/blue-green' });
const chart = new Chart(app, 'diabetes', { namespace: 'models', disableResourceNameHashes: true });

new ModelEndpoint(chart, 'Progression', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/diabetes/1')),
  target: new KubernetesEndpoint({
    name: 'diabetes-progression',
    argoRollouts: { prometheusUrl: 'http://prometheus-operated.monitoring.svc:9090' },
    exposure: Exposure.gateway({
      gateway: { name: 'public', namespace: 'gateways' },
      tlsListener: 'https',
      hostnames: ['progression.example.com'],
      proxies: { namespace: 'gateways' },
    }),
  }),
  rollout: Rollout.blueGreen({
    bake: Duration.minutes(30),
    gates: [Gate.errors({ maxPercent: 0.5 }), Gate.latency({ maxRatioToStable: 1.5 })],
  }),
  monitoring: { errors: { maxPercent: 5, window: Duration.minutes(1) } },
  runtime: {
    image: RuntimeImage.fromRegistry(
      process.env.RUNTIME_IMAGE ?? 'registry.example.com/inferstack/runtime:0.1.0',
    ),
  },
});

app.synth();
