import { Duration, Gate, type ModelEndpointProps, Rollout } from 'inferstack';
import {
  Autoscaler,
  ClusterMonitoring,
  Exposure,
  type KubernetesEndpointOptions,
  type KubernetesNative,
  ModelDelivery,
} from 'inferstack/kubernetes';

export interface Variant {
  readonly options: KubernetesEndpointOptions;
  readonly props?: Omit<Partial<ModelEndpointProps<KubernetesNative>>, 'target'>;
}

const proxies = { namespace: 'gateways', podLabels: { app: 'proxy' } };

const prometheusUrl = 'http://prometheus-operated.monitoring.svc:9090';

/** Together they use every option once at least. */
export const variants: Record<string, Variant> = {
  default: { options: {} },
  'no dashboard, one alarm, runbook': {
    options: { namespace: 'other', name: 'tumours' },
    props: {
      monitoring: { dashboard: false, latency: false, runbookUrl: 'https://runbooks.example.com/tumours' },
    },
  },
  'gateway, store, keda on requests': {
    options: {
      exposure: Exposure.gateway({
        gateway: { name: 'public', namespace: 'gateways' },
        hostnames: ['tumours.example.com'],
        grpcHostnames: ['grpc.tumours.example.com'],
        tlsListener: 'https',
        proxies,
      }),
      model: ModelDelivery.fromUrl('s3://models/production', { secretName: 'store-credentials' }),
      autoscaler: Autoscaler.keda({ prometheusUrl: 'http://prometheus-operated.monitoring.svc:9090' }),
    },
    props: { scaling: { requestsPerReplica: 200 }, runtime: { grpc: true } },
  },
  'ingress, volume, keda to zero': {
    options: {
      exposure: Exposure.ingress({
        host: 'tumours.example.com',
        className: 'haproxy',
        tlsSecretName: 'tumours-tls',
        annotations: { 'haproxy.org/timeout-server': '35s' },
        proxies,
      }),
      model: ModelDelivery.fromVolumeClaim('models', 'released'),
      autoscaler: Autoscaler.keda({
        prometheusUrl: 'http://prometheus-operated.monitoring.svc:9090',
        requestsQuery: 'sum(rate(haproxy_backend_http_requests_total{proxy="models_tumours"}[1m]))',
      }),
    },
    props: { scaling: { minReplicas: 0, requestsPerReplica: 50 } },
  },
  'plain Prometheus, scheduling, network': {
    options: {
      createNamespace: true,
      monitoring: ClusterMonitoring.plainPrometheus({
        matcher: 'app_kubernetes_io_instance="serving-endpoint"',
        prometheus: { cidr: '10.1.0.0/16' },
      }),
      network: {
        allowFrom: [{ namespace: 'clinic' }, { podLabels: { role: 'caller' } }, { cidr: '10.2.0.0/16' }],
        allowTo: [{ to: { cidr: '169.254.169.254/32' }, ports: [80] }],
      },
      pod: {
        imagePullSecrets: ['registry'],
        nodeSelector: { pool: 'inference' },
        tolerations: [{ key: 'inference', operator: 'Exists', effect: 'NoSchedule' }],
        priorityClassName: 'serving',
        serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/models' },
      },
    },
    props: { resources: { architecture: 'arm64', cpuMillis: 500, memoryMiB: 512 } },
  },
  'operator labels, fixed size, no cooldown': {
    options: { monitoring: ClusterMonitoring.prometheusOperator({ labels: { release: 'prometheus' } }) },
    props: {
      scaling: {
        minReplicas: 1,
        maxReplicas: 1,
        scaleInCooldown: Duration.seconds(0),
        scaleOutCooldown: Duration.seconds(0),
      },
    },
  },
  'all at once': { options: {}, props: { rollout: Rollout.allAtOnce() } },
  'Argo, canary with every gate, gRPC': {
    options: {
      argoRollouts: { prometheusUrl },
      exposure: Exposure.gateway({
        gateway: { name: 'public', namespace: 'gateways' },
        hostnames: ['tumours.example.com'],
        grpcHostnames: ['grpc.tumours.example.com'],
        tlsListener: 'https',
        proxies,
      }),
    },
    props: {
      runtime: { grpc: true },
      rollout: Rollout.canary({
        percent: 5,
        gates: [
          Gate.errors({ maxPercent: 2, failAfter: { failed: 1, of: 1 } }),
          Gate.latency({ name: 'slower', window: Duration.seconds(90) }),
          Gate.latency({ name: 'slow', quantile: 0.95, max: Duration.millis(250) }),
          Gate.latency({ name: 'both', max: Duration.millis(500), maxRatioToStable: 2 }),
        ],
      }),
    },
  },
  'Argo, linear without holding': {
    options: {
      argoRollouts: { prometheusUrl },
      exposure: Exposure.gateway({
        gateway: { name: 'public' },
        hostnames: ['tumours.example.com'],
        plainHttp: true,
        proxies,
      }),
      monitoring: ClusterMonitoring.plainPrometheus({ matcher: 'app="tumours"' }),
    },
    props: {
      monitoring: { latency: false },
      rollout: Rollout.linear({ step: 30, interval: Duration.seconds(0), finalBake: Duration.seconds(0) }),
    },
  },
  'Argo, blue-green, keda': {
    options: { argoRollouts: { prometheusUrl }, autoscaler: Autoscaler.keda({ prometheusUrl }) },
    props: { rollout: Rollout.blueGreen({ gates: [Gate.errors()] }), scaling: { requestsPerReplica: 200 } },
  },
  'Argo, rolling': { options: { argoRollouts: { prometheusUrl } } },
};
