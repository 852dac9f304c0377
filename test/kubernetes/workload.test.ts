import { createHash } from 'node:crypto';
import path from 'node:path';
import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Duration, ModelSource, Rollout } from 'inferstack';
import { at } from './support/manifest';
import { bindPlan, IMAGE, MODELS, synthesize } from './support/synthesize';

const { endpoint, manifests, find } = synthesize();
const pod = at(find('Deployment'), 'spec.template.spec');
const container = at(pod, 'containers.0');

test('the default endpoint is these objects', () => {
  expect(manifests.map((m) => `${m.kind} ${m.metadata.name.replace(/[0-9a-f]{8}$/, '*')}`).sort()).toEqual([
    'ConfigMap serving-endpoint-config-*',
    'ConfigMap serving-endpoint-dashboard',
    'ConfigMap serving-endpoint-model-*',
    'Deployment serving-endpoint',
    'HorizontalPodAutoscaler serving-endpoint',
    'NetworkPolicy serving-endpoint',
    'PodDisruptionBudget serving-endpoint',
    'PrometheusRule serving-endpoint',
    'Service serving-endpoint',
    'Service serving-endpoint-management',
    'ServiceAccount serving-endpoint',
    'ServiceMonitor serving-endpoint',
  ]);
});

test('every object is in the namespace and says what it belongs to', () => {
  for (const { metadata } of manifests) {
    expect(metadata.namespace).toBe('models');
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/name': 'inferstack',
      'app.kubernetes.io/instance': 'serving-endpoint',
      'app.kubernetes.io/version': '1',
    });
    expect(metadata.annotations).toMatchObject({
      'inferstack.dev/model': 'breast-cancer',
      'inferstack.dev/model-digest': endpoint.plan.models[0].digest,
    });
  }
});

test('defaultChild and native lead to the same Deployment', () => {
  expect(endpoint.node.defaultChild).toBe(endpoint.native.deployment);
  expect(endpoint.native.deployment.name).toBe('serving-endpoint');
});

test('the Deployment leaves the number of replicas to the autoscaler', () => {
  expect(at(find('Deployment'), 'spec.replicas')).toBeUndefined();
});

test('a rollout never serves with fewer replicas, bakes, and stops after its timeout', () => {
  const { find } = synthesize(
    {},
    { rollout: Rollout.rolling({ bake: Duration.minutes(2), timeout: Duration.minutes(4) }) },
  );
  expect(at(find('Deployment'), 'spec')).toMatchObject({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
    minReadySeconds: 120,
    progressDeadlineSeconds: 240,
    revisionHistoryLimit: 10,
  });
  const startup = at(find('Deployment'), 'spec.template.spec.containers.0.startupProbe');
  expect(startup).toMatchObject({ periodSeconds: 5, failureThreshold: 48 });
});

test('all at once starts as many new replicas as there are', () => {
  const { find } = synthesize({}, { rollout: Rollout.allAtOnce({ bake: Duration.minutes(2) }) });
  expect(at(find('Deployment'), 'spec')).toMatchObject({
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '100%' } },
    minReadySeconds: 120,
  });
});

test('readiness waits for the model, liveness does not', () => {
  expect(at(container, 'startupProbe.httpGet')).toEqual({ path: '/v2/health/ready', port: 'http' });
  expect(at(container, 'readinessProbe.httpGet')).toEqual({ path: '/v2/health/ready', port: 'http' });
  expect(at(container, 'livenessProbe.httpGet')).toEqual({ path: '/v2/health/live', port: 'http' });
});

test('a stopping pod has time for delay, drain and leaving', () => {
  const runtime = { drainDelay: Duration.millis(7500), drainTimeout: Duration.seconds(40) };
  const { find } = synthesize({}, { runtime });
  expect(at(find('Deployment'), 'spec.template.spec.terminationGracePeriodSeconds')).toBe(48 + 5);
});

test('the container runs the pinned image within its resources', () => {
  expect(container).toMatchObject({
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: '1000m', memory: '2048Mi' }, limits: { memory: '2048Mi' } },
    env: [
      { name: 'INFERSTACK_CONFIG', value: '/etc/inferstack/config.json' },
      { name: 'INFERSTACK_CACHE', value: '/tmp/inferstack' },
    ],
  });
  expect(at(container, 'resources.limits.cpu')).toBeUndefined();
});

test('replicas spread over zones and hosts, and run where the image can', () => {
  const keys = (at(pod, 'topologySpreadConstraints') as { topologyKey: string }[]).map((c) => c.topologyKey);
  expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  expect(at(pod, 'nodeSelector')).toEqual({ 'kubernetes.io/arch': 'amd64' });
});

describe('the configuration', () => {
  const map = find('ConfigMap', hash(find('ConfigMap', configSuffix()).data!['config.json']!));

  function configSuffix(): string {
    return manifests.find((m) => /-config-[0-9a-f]{8}$/.test(m.metadata.name))!.metadata.name;
  }

  test('is immutable, named after its content, and mounted', () => {
    expect(at(map, 'immutable')).toBe(true);
    expect(at(pod, 'volumes.0')).toEqual({ name: 'config', configMap: { name: map.metadata.name } });
    expect(at(container, 'volumeMounts.0')).toEqual({
      name: 'config',
      mountPath: '/etc/inferstack',
      readOnly: true,
    });
  });

  test('is what the runtime accepts, and what the endpoint reports', () => {
    const config = parseRuntimeConfig(map.data!['config.json']!);
    expect(config).toEqual(endpoint.runtimeConfig);
    expect(config.models[0]).toMatchObject({ name: 'breast-cancer', digest: endpoint.plan.models[0].digest });
  });

  test('has another name for another content, so that going back finds the old one', () => {
    const changed = synthesize({}, { runtime: { logLevel: 'debug' } });
    const names = changed.manifests.map((m) => m.metadata.name);
    expect(names.some((name) => /-config-[0-9a-f]{8}$/.test(name))).toBe(true);
    expect(names).not.toContain(map.metadata.name);
  });
});

test('an overridden name is used everywhere, the runtime included', () => {
  const { endpoint, manifests } = synthesize({ name: 'tumours' });
  expect(manifests.every((m) => m.metadata.name.startsWith('tumours'))).toBe(true);
  expect(endpoint.runtimeConfig.endpoint).toBe('tumours');
  expect(JSON.stringify(manifests)).not.toContain('serving-endpoint');
});

test('the namespace of the target wins over that of the chart; without either there is none', () => {
  const namespaces = (all: typeof manifests) => new Set(all.map((m) => m.metadata.namespace));
  expect(namespaces(synthesize({ namespace: 'other' }).manifests)).toEqual(new Set(['other']));
  expect(namespaces(synthesize({}, {}, { namespace: undefined }).manifests)).toEqual(new Set([undefined]));
});

test('a created namespace admits restricted pods alone and lies in no namespace', () => {
  const namespace = synthesize({ createNamespace: true }).find('Namespace');
  expect(namespace.metadata).toEqual({
    name: 'models',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
});

test('scheduling options reach the pod', () => {
  const { find } = synthesize(
    {
      pod: {
        imagePullSecrets: ['registry'],
        nodeSelector: { pool: 'inference' },
        tolerations: [{ key: 'inference', operator: 'Exists' }],
        priorityClassName: 'serving',
        serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/models' },
      },
    },
    { resources: { architecture: 'arm64' } },
  );
  expect(at(find('Deployment'), 'spec.template.spec')).toMatchObject({
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { pool: 'inference', 'kubernetes.io/arch': 'arm64' },
    tolerations: [{ key: 'inference', operator: 'Exists' }],
    priorityClassName: 'serving',
  });
  expect(find('ServiceAccount').metadata.annotations).toMatchObject({
    'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/models',
  });
});

test('disruption is one replica at a time', () => {
  expect(at(find('PodDisruptionBudget'), 'spec')).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('synthesis is byte-stable', () => {
  const source = ModelSource.fromDirectory(path.join(MODELS, 'digits/1'));
  const render = () => JSON.stringify(synthesize({}, { model: source }).manifests);
  expect(render()).toBe(render());
});

test('a version that cannot be a label is kept as an annotation alone', () => {
  const { plan } = endpoint;
  const manifest = { ...plan.models[0].manifest, version: '1.0-' };
  const changed = bindPlan({ ...plan, models: [{ ...plan.models[0], manifest }] as const });
  const { labels, annotations } = changed.find((m) => m.kind === 'Deployment')!.metadata;
  expect(labels).not.toHaveProperty(['app.kubernetes.io/version']);
  expect(annotations).toHaveProperty(['inferstack.dev/model-version'], '1.0-');
});

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
