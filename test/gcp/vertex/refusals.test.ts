import { App as AwsApp, Stack } from 'aws-cdk-lib';
import { Duration, ProblemError, Rollout, RuntimeImage, UnsupportedError } from 'inferstack';
import { ModelBucket, VertexEndpoint, VertexExposure } from 'inferstack/gcp';
import { exampleModel, inStack, PROJECT, REGION } from '../support/synthesize';
import { bindPlan, type Options, type Props, planOf, synthesize } from './support/synthesize';

const image = (reference: string): Props => ({ runtime: { image: RuntimeImage.fromRegistry(reference) } });
const connect = (projects: string[]): Options => ({
  exposure: VertexExposure.privateServiceConnect({ projects }),
});

const cases: [string, string, Options, Props?][] = [
  ['a name of 50 characters', 'GCP_NAME', { name: 'a'.repeat(50) }],
  ['the number of a project', 'GCP_NAME', { project: '123456789012' }],
  ['a zone', 'GCP_NAME', { region: 'europe-west1-b' }],
  ['a key by its name alone', 'GCP_NAME', { encryptionKey: 'key' }],
  ['a bucket in capitals', 'GCP_NAME', { modelBucket: ModelBucket.existing('Models') }],
  [
    'an account with its prefix',
    'GCP_NAME',
    { serviceAccount: 'serviceAccount:a@p.iam.gserviceaccount.com' },
  ],
  [
    'more than the largest machine',
    'GCP_RESOURCES',
    {},
    { resources: { cpuMillis: 33_000, memoryMiB: 2048 } },
  ],
  [
    'the memory of the largest machine',
    'GCP_RESOURCES',
    {},
    { resources: { cpuMillis: 1000, memoryMiB: 131_072 } },
  ],
  ['a third of a request a minute', 'GCP_REPLICAS', {}, { scaling: { requestsPerReplica: 0.005 } }],
  ['larger bodies', 'GCP_REQUEST_LIMIT', {}, { runtime: { maxBodyBytes: 10_000_001 } }],
  [
    'a minute for a request',
    'GCP_REQUEST_LIMIT',
    {},
    { runtime: { requestTimeout: Duration.seconds(56), drainTimeout: Duration.seconds(60) } },
  ],
  [
    'three hours to start',
    'GCP_STARTUP',
    {},
    { rollout: Rollout.rolling({ timeout: Duration.seconds(7201) }) },
  ],
  ['logs for eleven years', 'GCP_LOG_RETENTION', {}, { monitoring: { logRetentionDays: 4000 } }],
  ['an image of Docker Hub', 'GCP_IMAGE_REGISTRY', {}, image('inferstack/runtime:1')],
  ['an image of Docker Hub, by its host', 'GCP_IMAGE_REGISTRY', {}, image('docker.io/inferstack/runtime:1')],
  ['no project that may connect', 'GCP_EXPOSURE', connect([])],
  ['the number of a project that may connect', 'GCP_EXPOSURE', connect(['123456789012'])],
  ['an email without a host', 'GCP_NOTIFICATION', { alarms: { emails: ['on-call'] } }],
  ['a label in capitals', 'GCP_LABEL', { labels: { team: 'Risk' } }],
  ['no replica', 'TARGET_UNSUPPORTED', {}, { scaling: { minReplicas: 0 } }],
  ['a cooldown', 'TARGET_UNSUPPORTED', {}, { scaling: { scaleInCooldown: Duration.minutes(1) } }],
  ['arm64', 'TARGET_UNSUPPORTED', {}, { resources: { architecture: 'arm64' } }],
  ['gRPC', 'TARGET_UNSUPPORTED', {}, { runtime: { grpc: true } }],
  ['two models', 'TARGET_UNSUPPORTED', {}, { model: [exampleModel(), exampleModel('digits')] }],
  ['another contract', 'TARGET_UNSUPPORTED', {}, { runtime: { contracts: ['mlflow'] } }],
  ['an image from source', 'TARGET_UNSUPPORTED', {}, { runtime: { image: RuntimeImage.fromSource() } }],
];
const complete = cases.map(([what, code, options, props = {}]) => [what, code, options, props] as const);

test.each(complete)('refuses %s (%s)', (_, code, options, props) => {
  const error = failure(() => synthesize(options, props));
  expect(error.problems.map((problem) => problem.code)).toEqual([code]);
  expect(error.problems[0]!.at).toContain('Serving/Endpoint: ');
  expect(error.problems[0]!.remedy).not.toBe('');
  expect(error instanceof UnsupportedError).toBe(code === 'TARGET_UNSUPPORTED');
});

test('the most that is allowed is accepted', () => {
  const runtime = {
    maxBodyBytes: 10_000_000,
    requestTimeout: Duration.seconds(55),
    drainTimeout: Duration.seconds(60),
  };
  const rollout = Rollout.rolling({ timeout: Duration.seconds(7200) });
  const props: Props = {
    runtime: { ...runtime, contracts: ['vertex'] },
    rollout,
    scaling: { minReplicas: 1 },
  };
  expect(() => synthesize({ name: 'a'.repeat(49) }, props)).not.toThrow();
});

test('a model that does not fit in memory', () => {
  const plan = planOf();
  const error = failure(() => bindPlan({ ...plan, models: [{ ...plan.models[0], bytes: 1024 ** 3 }] }));
  expect(error.problems.map(({ code }) => code)).toEqual(['GCP_MODEL_MEMORY']);
  expect(error.message).toContain('2112 MiB');
});

test('a refused endpoint leaves nothing behind', () => {
  inStack((stack) => {
    const before = stack.node.findAll().length;
    failure(() => new VertexEndpoint({ project: PROJECT, region: 'mars' }).bind(stack, planOf()));
    expect(stack.node.findAll()).toHaveLength(before);
  });
});

test('below a stack of another tool it is refused before anything is created', () => {
  const stack = new Stack(new AwsApp(), 'Stack');
  const error = failure(() => new VertexEndpoint({ project: PROJECT, region: REGION }).bind(stack, planOf()));
  expect(error.code).toBe('TARGET_SCOPE');
  expect(stack.node.children).toEqual([]);
});

function failure(run: () => unknown): ProblemError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
