import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Duration, Rollout } from 'inferstack';
import { Autoscaler, ClusterMonitoring, KServeExposure, ModelDelivery } from 'inferstack/kubernetes';
import { at } from '../support/manifest';
import { IMAGE, synthesize as synthesizePlain } from '../support/synthesize';
import { mergedPod, synthesize } from './support/synthesize';

const { endpoint, manifests, find } = synthesize();
const predictor = at(find('InferenceService'), 'spec.predictor');

test('the default endpoint is these objects', () => {
  expect(manifests.map((m) => `${m.kind} ${m.metadata.name.replace(/[0-9a-f]{8}$/, '*')}`).sort()).toEqual([
    'ConfigMap serving-endpoint-config-*',
    'ConfigMap serving-endpoint-dashboard',
    'ConfigMap serving-endpoint-model-*',
    'HorizontalPodAutoscaler serving-endpoint',
    'InferenceService serving-endpoint',
    'NetworkPolicy serving-endpoint',
    'PodDisruptionBudget serving-endpoint',
    'PrometheusRule serving-endpoint',
    'Service serving-endpoint-management',
    'ServiceAccount serving-endpoint',
    'ServiceMonitor serving-endpoint',
    'ServingRuntime serving-endpoint-runtime-*',
  ]);
  expect(endpoint.node.defaultChild).toBe(endpoint.native.inferenceService);
});

test('the pod is that of a KubernetesEndpoint, but for what KServe demands', () => {
  const pod = mergedPod({ manifests, find });
  const plain = at(synthesizePlain().find('Deployment'), 'spec.template.spec') as Record<string, unknown>;
  const container = { ...(at(plain, 'containers.0') as object), name: 'kserve-container' };
  const volumes = JSON.parse(
    JSON.stringify(plain.volumes).replace(/-config-[0-9a-f]{8}/, configName(manifests)),
  );
  expect(pod).toEqual({
    ...plain,
    volumes,
    containers: [{ ...container, ports: [{ name: 'http', containerPort: 8080 }] }],
  });
});

test('KServe is told to run plain Deployments, to leave scaling and scraping alone, and to make no route', () => {
  const { annotations, labels } = find('InferenceService').metadata;
  expect(annotations).toMatchObject({
    'serving.kserve.io/deploymentMode': 'Standard',
    'serving.kserve.io/autoscalerClass': 'external',
    'serving.kserve.io/enable-prometheus-scraping': 'false',
    'serving.kserve.io/enable-metric-aggregation': 'false',
  });
  expect(labels).toMatchObject({ 'networking.kserve.io/visibility': 'cluster-local' });
  // Numbers of replicas in both places would fight each other.
  expect(predictor).not.toHaveProperty('minReplicas');
});

test('the InferenceService names the runtime, whose format nobody else is given', () => {
  const runtime = find('ServingRuntime');
  expect(at(predictor, 'model')).toEqual({
    modelFormat: { name: 'inferstack' },
    runtime: runtime.metadata.name,
    protocolVersion: 'v2',
  });
  expect(at(runtime, 'spec')).toMatchObject({
    supportedModelFormats: [{ name: 'inferstack', version: '1', autoSelect: false }],
    protocolVersions: ['v1', 'v2'],
    containers: [{ name: 'kserve-container', image: IMAGE }],
  });
});

test('another content has another runtime, so that one change moves the InferenceService as a whole', () => {
  const name = (all: typeof find) => all('ServingRuntime').metadata.name;
  expect(name(synthesize().find)).toBe(name(find));
  expect(name(synthesize({}, { runtime: { logLevel: 'debug' } }).find)).not.toBe(name(find));
  expect(name(synthesize({}, { resources: { memoryMiB: 1024 } }).find)).not.toBe(name(find));
});

test("KServe's first protocol is spoken besides the second", () => {
  const config = parseRuntimeConfig(find('ConfigMap', configName(manifests)).data!['config.json']!);
  expect(config.contracts).toEqual(['kserve-v1']);
  const asked = synthesize({}, { runtime: { contracts: ['kserve-v1', 'mlflow'] } });
  expect(asked.endpoint.runtimeConfig.contracts).toEqual(['kserve-v1', 'mlflow']);
  expect(synthesizePlain().endpoint.runtimeConfig).not.toHaveProperty('contracts');
});

test('gRPC is a second port and a protocol', () => {
  const { find } = synthesize({}, { runtime: { grpc: true } });
  expect(at(find('ServingRuntime'), 'spec.protocolVersions')).toEqual(['v1', 'v2', 'grpc-v2']);
  expect(at(find('ServingRuntime'), 'spec.containers.0.ports')).toEqual([
    { name: 'http', containerPort: 8080 },
    { name: 'grpc', containerPort: 8081 },
  ]);
});

test('times reach the route, the probe and the strategy', () => {
  const { find } = synthesize(
    {},
    {
      rollout: Rollout.rolling({ timeout: Duration.minutes(4) }),
      runtime: { requestTimeout: Duration.millis(12_300) },
    },
  );
  expect(at(find('InferenceService'), 'spec.predictor')).toMatchObject({
    timeout: 18,
    deploymentStrategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' },
    },
  });
  expect(at(find('ServingRuntime'), 'spec.containers.0.startupProbe.failureThreshold')).toBe(48);
});

test('all at once starts as many new replicas as there are', () => {
  const { find } = synthesize({}, { rollout: Rollout.allAtOnce() });
  expect(at(find('InferenceService'), 'spec.predictor.deploymentStrategy.rollingUpdate')).toEqual({
    maxUnavailable: 0,
    maxSurge: '100%',
  });
});

test('autoscalers aim at the Deployment KServe makes, cooldowns included', () => {
  const scaling = { minReplicas: 3, maxReplicas: 9, scaleInCooldown: Duration.minutes(10) };
  const hpa = synthesize({}, { scaling }).find('HorizontalPodAutoscaler');
  expect(at(hpa, 'spec')).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'serving-endpoint-predictor' },
    minReplicas: 3,
    maxReplicas: 9,
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  });
  const autoscaler = Autoscaler.keda({ prometheusUrl: 'http://prometheus:9090' });
  const object = synthesize({ autoscaler }).find('ScaledObject');
  expect(at(object, 'spec.scaleTargetRef')).toEqual({ name: 'serving-endpoint-predictor' });
});

test('a model from a store opens the way to it', () => {
  const { find, endpoint } = synthesize({
    model: ModelDelivery.fromUrl('s3://models', { secretName: 'store' }),
  });
  expect(endpoint.runtimeConfig.models[0]!.uri).toMatch(
    /^s3:\/\/models\/breast-cancer\/1\/[0-9a-f]{64}\.tar/,
  );
  expect(at(find('ServingRuntime'), 'spec.containers.0.envFrom')).toEqual([{ secretRef: { name: 'store' } }]);
  expect(JSON.stringify(at(find('NetworkPolicy'), 'spec.egress'))).toContain('443');
});

test('from outside KServe makes the route, and its proxies are let through', () => {
  const proxies = { namespace: 'kserve' };
  const { find } = synthesize({ exposure: KServeExposure.ingress({ proxies, encryption: 'ingress' }) });
  expect(find('InferenceService').metadata.labels).not.toHaveProperty(['networking.kserve.io/visibility']);
  expect(JSON.stringify(at(find('NetworkPolicy'), 'spec.ingress.0'))).toContain('"kserve"');
  expect(JSON.stringify(at(find('NetworkPolicy'), 'spec.ingress.1'))).not.toContain('"kserve"');
});

describe('monitoring', () => {
  test('follows the Deployment KServe makes, and says what goes back here', () => {
    const rules = at(find('PrometheusRule'), 'spec.groups.0.rules') as {
      expr: string;
      annotations: { description: string };
    }[];
    expect(rules[2]!.expr).toContain('deployment="serving-endpoint-predictor"');
    for (const { annotations } of rules) {
      expect(annotations.description).toMatch(/^To go back: apply the manifests of the version before/);
    }
    expect(JSON.stringify(find('ConfigMap', '-dashboard').data)).toContain(
      'deployment=\\\\\\"serving-endpoint-predictor',
    );
  });

  test('by annotations reaches the pods through the predictor', () => {
    const monitoring = ClusterMonitoring.plainPrometheus({ matcher: 'app_kubernetes_io_instance="a"' });
    expect(
      at(synthesize({ monitoring }).find('InferenceService'), 'spec.predictor.annotations'),
    ).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
      'inferstack.dev/log-retention-days': '30',
    });
  });
});

function configName(all: typeof manifests): string {
  return /-config-[0-9a-f]{8}$/.exec(all.map((m) => m.metadata.name).find((n) => /-config-/.test(n))!)![0];
}
