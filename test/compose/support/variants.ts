import { Duration, type ModelEndpointProps, RuntimeImage } from 'inferstack';
import {
  type ComposeEndpointOptions,
  type ComposeNative,
  type ComposeProjectProps,
  Exposure,
  ModelDelivery,
} from 'inferstack/compose';

export interface Variant {
  readonly options: ComposeEndpointOptions;
  readonly props?: Omit<Partial<ModelEndpointProps<ComposeNative>>, 'target'>;
  readonly project?: Partial<ComposeProjectProps>;
}

export const CERTIFICATE = '/etc/inferstack/certificates/tumours.pem';

/** Together they use every option once at least. */
export const variants: Record<string, Variant> = {
  default: { options: {} },
  'from source, HTTPS, gRPC, Prometheus': {
    options: { exposure: Exposure.https({ certificateFile: CERTIFICATE }) },
    props: { runtime: { image: RuntimeImage.fromSource(), grpc: true } },
    project: {
      prometheus: {
        image: 'registry.example.com/prometheus:3',
        port: 9099,
        retentionDays: 30,
        memoryMiB: 1024,
        alertmanagers: ['alerts.example.com:9093'],
      },
    },
  },
  'HTTPS elsewhere, without redirect': {
    options: {
      name: 'growths',
      exposure: Exposure.https({
        certificateFile: CERTIFICATE,
        address: '192.0.2.7',
        port: 8443,
        redirectPort: false,
      }),
      balancer: { image: 'registry.example.com/haproxy:3.0.5', user: '1000:1000', memoryMiB: 512 },
      logs: { maxSizeMiB: 50, maxFiles: 3 },
    },
    props: {
      scaling: { minReplicas: 1, maxReplicas: 1 },
      monitoring: { dashboard: false, latency: false, runbookUrl: 'https://runbooks.example.com/$tumours' },
    },
    project: { prometheus: {} },
  },
  'HTTPS on another port, with redirect': {
    options: { exposure: Exposure.https({ certificateFile: CERTIFICATE, port: 9443, redirectPort: 9080 }) },
  },
  'store, plain HTTP, arm64, long requests': {
    options: {
      model: ModelDelivery.fromUrl('s3://models/production', { envFile: '/etc/inferstack/store.env' }),
      exposure: Exposure.http({ plainHttp: true, address: '10.0.0.1', port: 80 }),
    },
    props: {
      scaling: { minReplicas: 12, maxReplicas: 12 },
      resources: { architecture: 'arm64', cpuMillis: 500, memoryMiB: 512 },
      runtime: {
        grpc: true,
        requestTimeout: Duration.minutes(10),
        drainTimeout: Duration.minutes(11),
        image: RuntimeImage.fromRegistry('registry.example.com/inferstack/runtime:1'),
      },
    },
  },
  'short requests': {
    options: { exposure: Exposure.host({ port: 18_080 }) },
    props: { runtime: { requestTimeout: Duration.millis(1), maxInFlight: 1 } },
  },
};
