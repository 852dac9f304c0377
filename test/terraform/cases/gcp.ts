import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend } from 'cdktf';
import {
  Duration,
  Gate,
  ModelEndpoint,
  type ModelEndpointProps,
  type ModelSource,
  Rollout,
} from 'inferstack';
import {
  CloudRunEndpoint,
  type CloudRunEndpointOptions,
  type CloudRunNative,
  Exposure,
  ModelBucket,
  SecurityPolicy,
} from 'inferstack/gcp';
import { type Case, image, model, stackCase, type Upgrade } from './case';

type Options = Partial<CloudRunEndpointOptions>;
type Props = Omit<Partial<ModelEndpointProps<CloudRunNative>>, 'target'>;

const PROJECT = 'my-project-123';
const REGION = 'europe-west1';
const KEY = `projects/${PROJECT}/locations/${REGION}/keyRings/models/cryptoKeys/models`;

const CANARY = Rollout.canary({
  percent: 1,
  gates: [Gate.errors(), Gate.latency({ max: Duration.millis(200), maxRatioToStable: 1.5 })],
});

/** Together they use every option of the target once at least, and the edges of what it takes. */
export const gcpCases: readonly Case[] = [
  gcp('default', {}),
  gcp('two models', {}, { model: [model('breast-cancer/1'), model('digits/1')] }),
  gcp('from the internet, firewall of its own', {
    exposure: Exposure.internet({
      domains: ['credit.example.com', 'risk.example.com'],
      dnsZone: 'example',
      securityPolicy: SecurityPolicy.managedRules({
        requestsPerAddress: 600,
        allowFrom: ['203.0.113.0/24', '2001:db8::/32'],
      }),
      logSampleRate: 0.1,
    }),
    alarms: {
      emails: ['on-call@example.com'],
      channels: [`projects/${PROJECT}/notificationChannels/123`],
    },
  }),
  gcp('from the internet, firewall and certificate of yours', {
    exposure: Exposure.internet({
      domains: ['credit.example.com'],
      certificates: [`projects/${PROJECT}/global/sslCertificates/credit`],
      securityPolicy: SecurityPolicy.existing(`projects/${PROJECT}/global/securityPolicies/edge`),
      logSampleRate: 0,
    }),
    modelBucket: ModelBucket.existing('models-of-all'),
    previousModels: [model('diabetes/1')],
    deletionProtection: false,
  }),
  gcp('behind an internal load balancer, in a network', {
    exposure: Exposure.internalLoadBalancer({
      domains: ['credit.internal.example.com'],
      network: 'models',
      subnetwork: 'models',
      certificates: [`projects/${PROJECT}/regions/${REGION}/sslCertificates/credit`],
      dnsZone: 'internal',
    }),
    network: { subnetwork: 'models', network: 'models', tags: ['serving'] },
    modelBucket: ModelBucket.created({ name: 'models-of-credit', location: 'EU', encryptionKey: KEY }),
    access: {
      invokers: ['group:clinic@example.com', 'user:someone@example.com'],
      serviceAccount: `serving@${PROJECT}.iam.gserviceaccount.com`,
    },
    labels: { team: 'risk' },
  }),
  gcp(
    'open, to zero, quiet',
    {
      exposure: Exposure.runAddress(),
      access: { unauthenticated: true },
      instances: { cpu: 'requests', concurrency: 1, startupCpuBoost: false },
    },
    {
      resources: { cpuMillis: 1000, memoryMiB: 512 },
      scaling: { minReplicas: 0, maxReplicas: 1 },
      monitoring: {
        dashboard: false,
        errors: { maxPercent: 0.1, minRequests: 1, window: Duration.minutes(1) },
        latency: false,
      },
    },
  ),
  gcp(
    'largest, long name',
    { name: 'a'.repeat(49) },
    {
      resources: { cpuMillis: 8000, memoryMiB: 32_768 },
      scaling: { minReplicas: 1000, maxReplicas: 1000 },
      rollout: Rollout.rolling({ timeout: Duration.seconds(240) }),
      monitoring: { logRetentionDays: 3650, runbookUrl: 'https://runbooks.example.com/a?b={c}' },
      runtime: {
        maxInFlight: 1000,
        requestTimeout: Duration.seconds(3590),
        drainTimeout: Duration.seconds(3590),
        maxBodyBytes: 32 * 1024 ** 2,
      },
    },
  ),
  gcp(
    'canary with gates, longest names',
    { name: 'a'.repeat(40), release: 'b'.repeat(13), alarms: { emails: ['on-call@example.com'] } },
    { rollout: CANARY },
  ),
  gcp(
    'linear, an account of yours',
    { release: '20261123-1', access: { serviceAccount: `serving@${PROJECT}.iam.gserviceaccount.com` } },
    { rollout: Rollout.linear({ step: 1, interval: Duration.minutes(4) }) },
  ),
  gcp('blue and green', { release: '1' }, { rollout: Rollout.blueGreen() }),
];

/** A rollout that moves requests: the apply makes the revision, and leaves the traffic where it is. */
export const gcpRolloutUpgrade: Upgrade = {
  name: 'gcp canary',
  first: gcp('canary', { release: '1' }, { rollout: CANARY }),
  second: gcp(
    'canary',
    { release: '2', previousModels: [model('breast-cancer/1')] },
    { rollout: CANARY, model: model('breast-cancer/2') },
  ),
  expected: {
    google_cloud_run_v2_service: 'update',
    google_storage_bucket_object: 'create',
    google_monitoring_alert_policy: 'update',
  },
};

export const gcpUpgrade: Upgrade = {
  name: 'gcp',
  first: release([model('breast-cancer/1')]),
  second: release([model('breast-cancer/2'), model('breast-cancer/1')]),
  expected: { google_cloud_run_v2_service: 'update', google_storage_bucket_object: 'create' },
};

function release([current, ...previousModels]: readonly ModelSource[]): Case {
  return gcp('upgrade', { previousModels }, { model: current! });
}

function gcp(name: string, options: Options, props: Props = {}): Case {
  return stackCase(`gcp ${name}`, (stack) => {
    new GoogleProvider(stack, 'Google', { project: PROJECT, region: REGION });
    new GcsBackend(stack, { bucket: 'state' });
    new ModelEndpoint(stack, 'Endpoint', {
      model: model('breast-cancer/1'),
      target: new CloudRunEndpoint({ project: PROJECT, region: REGION, ...options }),
      ...props,
      runtime: { image: image(`${REGION}-docker.pkg.dev/${PROJECT}`), ...props.runtime },
    });
  });
}
