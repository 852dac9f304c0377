import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend } from 'cdktf';
import { Duration, ModelEndpoint, type ModelEndpointProps, type ModelSource, Rollout } from 'inferstack';
import {
  ModelBucket,
  VertexEndpoint,
  type VertexEndpointOptions,
  VertexExposure,
  type VertexNative,
} from 'inferstack/gcp';
import { type Case, image, model, stackCase, type Upgrade } from './case';

type Options = Partial<VertexEndpointOptions>;
type Props = Omit<Partial<ModelEndpointProps<VertexNative>>, 'target'>;

const PROJECT = 'my-project-123';
const REGION = 'europe-west1';
const KEY = `projects/${PROJECT}/locations/${REGION}/keyRings/models/cryptoKeys/models`;

/** Together they use every option of the target once at least, and the edges of what it takes. */
export const vertexCases: readonly Case[] = [
  vertex('default', {}),
  vertex('a name on the internet, keys of yours', {
    exposure: VertexExposure.dedicated(),
    encryptionKey: KEY,
    modelBucket: ModelBucket.created({ encryptionKey: KEY }),
    machineSeries: 'c3',
    keepPrevious: true,
    alarms: {
      emails: ['on-call@example.com'],
      channels: [`projects/${PROJECT}/notificationChannels/123`],
    },
    labels: { team: 'risk' },
  }),
  vertex('for other projects, an account and a bucket of yours', {
    exposure: VertexExposure.privateServiceConnect({ projects: ['clinic-1', 'clinic-2'] }),
    serviceAccount: `serving@${PROJECT}.iam.gserviceaccount.com`,
    modelBucket: ModelBucket.existing('models-of-all'),
    previousModels: [model('diabetes/1')],
    machineSeries: 'n1',
  }),
  vertex(
    'largest, long name',
    { name: 'a'.repeat(49), machineSeries: 'n2' },
    {
      resources: { cpuMillis: 128_000, memoryMiB: 400_000 },
      scaling: { minReplicas: 1, maxReplicas: 1000, requestsPerReplica: 100 },
      rollout: Rollout.rolling({ timeout: Duration.seconds(7200), bake: Duration.seconds(0) }),
      monitoring: {
        logRetentionDays: 3650,
        runbookUrl: 'https://runbooks.example.com/a?b={c}',
        latency: false,
      },
      runtime: {
        maxBodyBytes: 10_000_000,
        requestTimeout: Duration.seconds(55),
        drainTimeout: Duration.seconds(60),
      },
    },
  ),
];

export const vertexUpgrade: Upgrade = {
  name: 'vertex',
  first: release([model('breast-cancer/1')]),
  second: release([model('breast-cancer/2'), model('breast-cancer/1')]),
  expected: { google_storage_bucket_object: 'create' },
};

function release([current, ...previousModels]: readonly ModelSource[]): Case {
  return vertex('upgrade', { previousModels }, { model: current! });
}

function vertex(name: string, options: Options, props: Props = {}): Case {
  return stackCase(`vertex ${name}`, (stack) => {
    new GoogleProvider(stack, 'Google', { project: PROJECT, region: REGION });
    new GcsBackend(stack, { bucket: 'state' });
    new ModelEndpoint(stack, 'Endpoint', {
      model: model('breast-cancer/1'),
      target: new VertexEndpoint({ project: PROJECT, region: REGION, ...options }),
      ...props,
      runtime: { image: image(`${REGION}-docker.pkg.dev/${PROJECT}`), ...props.runtime },
    });
  });
}
