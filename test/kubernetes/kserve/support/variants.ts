import {
  Autoscaler,
  ClusterMonitoring,
  type KServeEndpointOptions,
  KServeExposure,
  ModelDelivery,
} from 'inferstack/kubernetes';
import { variants as plain } from '../../support/variants';
import type { Props } from './synthesize';

export interface Variant {
  readonly options: KServeEndpointOptions;
  readonly props?: Props;
}

const proxies = { namespace: 'kserve', podLabels: { app: 'envoy' } };
const prometheusUrl = 'http://prometheus-operated.monitoring.svc:9090';

/** Together they use every option once at least. */
export const variants: Record<string, Variant> = {
  default: { options: {} },
  'ingress, store': {
    options: {
      exposure: KServeExposure.ingress({ proxies, encryption: 'ingress' }),
      model: ModelDelivery.fromUrl('s3://models/production', { secretName: 'store-credentials' }),
    },
  },
  'gRPC, volume, KEDA on requests': {
    options: {
      name: 'tumours',
      namespace: 'other',
      model: ModelDelivery.fromVolumeClaim('models', 'released'),
      autoscaler: Autoscaler.keda({ prometheusUrl }),
    },
    props: { scaling: { requestsPerReplica: 200 }, runtime: { grpc: true } },
  },
  'plain HTTP from outside, KEDA to zero': {
    options: {
      exposure: KServeExposure.ingress({ proxies, encryption: 'none' }),
      autoscaler: Autoscaler.keda({ prometheusUrl, requestsQuery: 'sum(rate(envoy_requests_total[1m]))' }),
    },
    props: { scaling: { minReplicas: 0, requestsPerReplica: 50 } },
  },
  'plain Prometheus, scheduling, network': {
    options: {
      ...plain['plain Prometheus, scheduling, network']!.options,
      exposure: KServeExposure.clusterLocal(),
    },
    props: { resources: { architecture: 'arm64', cpuMillis: 500, memoryMiB: 512 } },
  },
  'operator labels, no dashboard': {
    options: { monitoring: ClusterMonitoring.prometheusOperator({ labels: { release: 'prometheus' } }) },
    props: { monitoring: { dashboard: false, runbookUrl: 'https://runbooks.example.com/tumours' } },
  },
};
