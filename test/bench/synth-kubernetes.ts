import path from 'node:path';
import { App, Chart } from 'cdk8s';
import { ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { KubernetesEndpoint } from 'inferstack/kubernetes';

// Synthesizes N endpoints of breast-cancer 1 and prints what that took:
//
//   npm run build && npx tsx --tsconfig tsconfig.base.json test/bench/synth-kubernetes.ts 10
//
// That tsconfig has no paths, so the built package is measured. bare-kubernetes.ts does the same without inferstack.

const endpoints = Number(process.argv[2] ?? 1);
const loadedMs = cpuMs();
const app = new App({ outdir: path.resolve('out/bench/kubernetes') });
const chart = new Chart(app, 'serving', { namespace: 'models' });
for (let i = 0; i < endpoints; i++) {
  new ModelEndpoint(chart, `Endpoint${i}`, {
    model: ModelSource.fromDirectory(path.resolve(__dirname, '../../examples/models/breast-cancer/1')),
    target: new KubernetesEndpoint(),
    runtime: { image: RuntimeImage.fromRegistry(`registry.example.com/runtime@sha256:${'a'.repeat(64)}`) },
  });
}
app.synth();
console.log(
  JSON.stringify({
    endpoints,
    loadCpuMs: Math.round(loadedMs),
    synthCpuMs: Math.round(cpuMs() - loadedMs),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

/** CPU time of this process: unlike wall time, it does not depend on what else the machine does. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
