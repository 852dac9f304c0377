import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import * as k8s from 'cdk8s-plus-32/lib/imports/k8s';

// The yardstick of synth-kubernetes.ts: the same kinds of objects, in the shortest form, without checks, names,
// plan or model reading. The model files are hashed and embedded, since a manifest without the model serves nothing.

const endpoints = Number(process.argv[2] ?? 1);
const loadedMs = cpuMs();
const directory = path.resolve(__dirname, '../../examples/models/breast-cancer/1');
const app = new App({ outdir: path.resolve('out/bench/bare-kubernetes') });
const chart = new Chart(app, 'serving', { namespace: 'models' });
for (let i = 0; i < endpoints; i++) endpoint(`endpoint${i}`);
app.synth();
console.log(
  JSON.stringify({
    endpoints,
    loadCpuMs: Math.round(loadedMs),
    synthCpuMs: Math.round(cpuMs() - loadedMs),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

function endpoint(name: string): void {
  const labels = { 'app.kubernetes.io/name': name };
  const metadata = (suffix = '') => ({ name: name + suffix, labels });
  const files = Object.fromEntries(
    readdirSync(directory).map((f) => [f, readFileSync(path.join(directory, f))]),
  );
  const digest = createHash('sha256')
    .update(Buffer.concat(Object.values(files)))
    .digest('hex');
  const id = (kind: string) => `${name}-${kind}`;
  const number = k8s.IntOrString.fromNumber;
  new k8s.KubeConfigMap(chart, id('model'), {
    metadata: metadata(`-model-${digest.slice(0, 8)}`),
    binaryData: Object.fromEntries(Object.entries(files).map(([f, bytes]) => [f, bytes.toString('base64')])),
  });
  new k8s.KubeConfigMap(chart, id('config'), {
    metadata: metadata('-config'),
    data: { 'config.json': JSON.stringify({ endpoint: name, models: [{ uri: '/model', digest }] }, null, 2) },
  });
  new k8s.KubeServiceAccount(chart, id('account'), { metadata: metadata() });
  new k8s.KubeDeployment(chart, id('deployment'), { metadata: metadata(), spec: deployment(labels, name) });
  for (const [suffix, port] of [
    ['', 8080],
    ['-management', 9090],
  ] as const) {
    new k8s.KubeService(chart, id(`service${suffix}`), {
      metadata: metadata(suffix),
      spec: { selector: labels, ports: [{ port, targetPort: number(port) }] },
    });
  }
  new k8s.KubeHorizontalPodAutoscalerV2(chart, id('autoscaler'), {
    metadata: metadata(),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
        },
      ],
    },
  });
  new k8s.KubePodDisruptionBudget(chart, id('budget'), {
    metadata: metadata(),
    spec: { maxUnavailable: number(1), selector: { matchLabels: labels } },
  });
  new k8s.KubeNetworkPolicy(chart, id('network'), {
    metadata: metadata(),
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: number(8080) }] }],
    },
  });
  const monitoring = { apiVersion: 'monitoring.coreos.com/v1', metadata: metadata() };
  new ApiObject(chart, id('monitor'), {
    ...monitoring,
    kind: 'ServiceMonitor',
    spec: { selector: { matchLabels: labels }, endpoints: [{ port: 'management' }] },
  });
  const expr = `sum(rate(inferstack_requests_total{job="${name}",code=~"5.."}[5m])) > 0.01`;
  new ApiObject(chart, id('alerts'), {
    ...monitoring,
    kind: 'PrometheusRule',
    spec: { groups: [{ name, rules: [{ alert: 'Errors', expr }] }] },
  });
  const panels = Array.from({ length: 8 }, (_, i) => ({ id: i, type: 'timeseries', targets: [{ expr }] }));
  new k8s.KubeConfigMap(chart, id('dashboard'), {
    metadata: metadata('-dashboard'),
    data: { 'dashboard.json': JSON.stringify({ panels }, null, 2) },
  });
}

function deployment(labels: Record<string, string>, name: string): k8s.DeploymentSpec {
  const probe = { httpGet: { path: '/v2/health/ready', port: k8s.IntOrString.fromNumber(8080) } };
  const memory = k8s.Quantity.fromString('2Gi');
  return {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'runtime',
            image: `registry.example.com/runtime@sha256:${'a'.repeat(64)}`,
            resources: { requests: { cpu: k8s.Quantity.fromString('1'), memory }, limits: { memory } },
            startupProbe: probe,
            readinessProbe: probe,
            livenessProbe: probe,
            securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
  };
}

/** CPU time of this process: unlike wall time, it does not depend on what else the machine does. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
