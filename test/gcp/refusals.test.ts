import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App as AwsApp, Stack } from 'aws-cdk-lib';
import { App, TerraformStack, Testing } from 'cdktf';
import { Duration, Gate, ProblemError, Rollout, RuntimeImage, UnsupportedError } from 'inferstack';
import { CloudRunEndpoint, Exposure, gcpProblems, ModelBucket, SecurityPolicy } from 'inferstack/gcp';
import {
  bindPlan,
  endpointIn,
  inStack,
  type Options,
  PROJECT,
  type Props,
  planOf,
  REGION,
  synthesize,
} from './support/synthesize';

const domains = ['a.example.com'];
const seconds = Duration.seconds;
const internet = (options: Partial<Parameters<typeof Exposure.internet>[0]>): Options => ({
  exposure: Exposure.internet({ domains, ...options }),
});
const firewall = (options: Parameters<typeof SecurityPolicy.managedRules>[0]) =>
  internet({ securityPolicy: SecurityPolicy.managedRules(options) });
const image = (reference: string): Props => ({ runtime: { image: RuntimeImage.fromRegistry(reference) } });

const cases: [string, string, Options, Props?][] = [
  ['a name of 50 characters', 'GCP_NAME', { name: 'a'.repeat(50) }],
  ['a name that starts with a digit', 'GCP_NAME', { name: '1st' }],
  ['a name that ends with a dash', 'GCP_NAME', { name: 'a-' }],
  ['the number of a project', 'GCP_NAME', { project: '123456789012' }],
  ['a zone', 'GCP_NAME', { region: 'europe-west1-b' }],
  ['a bucket in capitals', 'GCP_NAME', { modelBucket: ModelBucket.existing('Models') }],
  [
    'a created bucket of Google',
    'GCP_NAME',
    { modelBucket: ModelBucket.created({ name: 'my-google-models' }) },
  ],
  ['a key by its name alone', 'GCP_NAME', { modelBucket: ModelBucket.created({ encryptionKey: 'key' }) }],
  [
    'an account with its prefix',
    'GCP_NAME',
    { access: { serviceAccount: 'serviceAccount:a@p.iam.gserviceaccount.com' } },
  ],
  ['half a CPU', 'GCP_RESOURCES', {}, { resources: { cpuMillis: 500 } }],
  ['three CPUs', 'GCP_RESOURCES', {}, { resources: { cpuMillis: 3000 } }],
  ['little memory', 'GCP_RESOURCES', {}, { resources: { memoryMiB: 511 } }],
  ['much memory', 'GCP_RESOURCES', {}, { resources: { memoryMiB: 4097 } }],
  ['four CPUs with little memory', 'GCP_RESOURCES', {}, { resources: { cpuMillis: 4000, memoryMiB: 2047 } }],
  ['a longer start', 'GCP_STARTUP', {}, { rollout: Rollout.rolling({ timeout: seconds(241) }) }],
  ['1001 requests at once', 'GCP_CONCURRENCY', {}, { runtime: { maxInFlight: 1001 } }],
  ['more than the runtime takes', 'GCP_CONCURRENCY', { instances: { concurrency: 257 } }],
  ['no request at once', 'GCP_CONCURRENCY', { instances: { concurrency: 0 } }],
  ['1001 instances', 'GCP_REPLICAS', {}, { scaling: { maxReplicas: 1001 } }],
  [
    'an hour for a request',
    'GCP_REQUEST_LIMIT',
    {},
    { runtime: { requestTimeout: seconds(3596), drainTimeout: seconds(3600) } },
  ],
  ['larger bodies', 'GCP_REQUEST_LIMIT', {}, { runtime: { maxBodyBytes: 32 * 1024 ** 2 + 1 } }],
  ['a delay that never ends', 'GCP_DRAIN', {}, { runtime: { drainDelay: seconds(10) } }],
  ['logs for eleven years', 'GCP_LOG_RETENTION', {}, { monitoring: { logRetentionDays: 4000 } }],
  ['another registry', 'GCP_IMAGE_REGISTRY', {}, image('registry.example.com/runtime:1')],
  ['the registry of another cloud', 'GCP_IMAGE_REGISTRY', {}, image('quay.io/inferstack/runtime:1')],
  ['everyone as invoker', 'GCP_INVOKER', { access: { invokers: ['allUsers'] } }],
  ['everyone with an account', 'GCP_INVOKER', { access: { invokers: ['allAuthenticatedUsers'] } }],
  ['an invoker without its kind', 'GCP_INVOKER', { access: { invokers: ['a@example.com'] } }],
  [
    'named invokers where everyone may',
    'GCP_INVOKER',
    { access: { invokers: ['user:a@example.com'], unauthenticated: true } },
  ],
  ['no domain', 'GCP_EXPOSURE', internet({ domains: [] })],
  ['a wildcard', 'GCP_EXPOSURE', internet({ domains: ['*.example.com'] })],
  ['an address with a path', 'GCP_EXPOSURE', internet({ domains: ['a.example.com/b'] })],
  ['an empty list of certificates', 'GCP_EXPOSURE', internet({ certificates: [] })],
  ['sixteen certificates', 'GCP_EXPOSURE', internet({ certificates: Array(16).fill('a') })],
  ['a share of two', 'GCP_EXPOSURE', internet({ logSampleRate: 2 })],
  ['a limit of zero requests', 'GCP_SECURITY_POLICY', firewall({ requestsPerAddress: 0 })],
  ['a range without its length', 'GCP_SECURITY_POLICY', firewall({ allowFrom: ['203.0.113.1'] })],
  ['no range', 'GCP_SECURITY_POLICY', firewall({ allowFrom: [] })],
  ['an email without a host', 'GCP_NOTIFICATION', { alarms: { emails: ['on-call'] } }],
  ['a channel by its number', 'GCP_NOTIFICATION', { alarms: { channels: ['123'] } }],
  [
    'seventeen recipients',
    'GCP_NOTIFICATION',
    { alarms: { emails: Array.from({ length: 17 }, (_, i) => `${i}@example.com`) } },
  ],
  ['a release in capitals', 'GCP_RELEASE', { release: 'V2' }],
  ['a release that is too long', 'GCP_RELEASE', { release: 'a'.repeat(38) }],
  ['a canary without a release', 'GCP_RELEASE', {}, { rollout: Rollout.canary() }],
  [
    'a name too long beside a tag',
    'GCP_NAME',
    { name: 'a'.repeat(41), release: '1' },
    { rollout: Rollout.canary() },
  ],
  ['half a percent', 'GCP_ROLLOUT', { release: '1' }, { rollout: Rollout.canary({ percent: 0.5 }) }],
  ['a third of the requests', 'GCP_ROLLOUT', { release: '1' }, { rollout: Rollout.linear({ step: 33.3 }) }],
  [
    'a canary of a minute',
    'GCP_ROLLOUT',
    { release: '1' },
    { rollout: Rollout.canary({ bake: seconds(60) }) },
  ],
  [
    'a last minute that nothing can stop',
    'GCP_ROLLOUT',
    { release: '1' },
    { rollout: Rollout.canary({ finalBake: seconds(60) }) },
  ],
  [
    'blue and green unwatched',
    'GCP_ROLLOUT',
    { release: '1' },
    { rollout: Rollout.blueGreen({ bake: seconds(0) }) },
  ],
  [
    'a window of half a minute',
    'GCP_GATE',
    { release: '1' },
    { rollout: Rollout.canary({ gates: [Gate.errors({ window: seconds(30) })] }) },
  ],
  [
    'a gate that takes longer than the rollout',
    'GCP_GATE',
    { release: '1' },
    { rollout: Rollout.canary({ gates: [Gate.errors({ window: seconds(1200) })] }) },
  ],
  [
    'sixteen recipients beside the rollback',
    'GCP_NOTIFICATION',
    { release: '1', alarms: { emails: Array.from({ length: 16 }, (_, i) => `${i}@example.com`) } },
    { rollout: Rollout.canary() },
  ],
  ['a label in capitals', 'GCP_LABEL', { labels: { team: 'Risk' } }],
  ['a label key that starts with a digit', 'GCP_LABEL', { labels: { '1': 'a' } }],
];

const complete = cases.map(([what, code, options, props = {}]) => [what, code, options, props] as const);

test.each(complete)('refuses %s (%s)', (_, code, options, props) => {
  const error = failure(() => synthesize(options, props));
  expect(error.problems.map((problem) => problem.code)).toEqual([code]);
  expect(error.problems[0]!.at).toContain('Serving/Endpoint: ');
  expect(error.problems[0]!.remedy).not.toBe('');
});

test('the least and the most that is allowed is accepted', () => {
  const resources = { cpuMillis: 8000, memoryMiB: 32_768 };
  const runtime = { maxInFlight: 1000, maxBodyBytes: 32 * 1024 ** 2, drainDelay: seconds(9) };
  const rollout = Rollout.rolling({ timeout: seconds(240), bake: seconds(0) });
  const scaling = { minReplicas: 0, maxReplicas: 1000 };
  const props = { resources, runtime, rollout, scaling, monitoring: { logRetentionDays: 3650 } };
  expect(() => synthesize({ name: 'a'.repeat(49) }, props)).not.toThrow();
});

test('the least and the most of a rollout is accepted', () => {
  const edges = [
    Rollout.canary({ percent: 1, bake: seconds(240), finalBake: seconds(0) }),
    Rollout.linear({ step: 99, interval: seconds(240), finalBake: seconds(240) }),
    Rollout.blueGreen({ bake: seconds(240) }),
  ];
  for (const rollout of edges) {
    expect(() => synthesize({ name: 'a'.repeat(40), release: 'b'.repeat(13) }, { rollout })).not.toThrow();
  }
});

test('what compares answers needs a candidate, and the message says so', () => {
  const rollout = Rollout.canary({ gates: [Gate.agreement(), Gate.errors()] });
  const error = failure(() => synthesize({ release: '1' }, { rollout }));
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(error.problems.map(({ got }) => got)).toEqual([expect.stringContaining('agreement')]);
  expect(error.message).toMatch(/Gate\.errors\(\), Gate\.latency\(\).*candidate/s);
});

test.each([
  'europe-docker.pkg.dev/p/r/runtime:1',
  'gcr.io/p/runtime:1',
  'eu.gcr.io/p/runtime:1',
  'docker.io/inferstack/runtime:1',
  'inferstack/runtime:1',
])('pulls %s', (reference) => {
  expect(() => synthesize({}, image(reference))).not.toThrow();
});

test('a model whose files do not fit in memory', () => {
  const plan = planOf();
  const bytes = 600 * 1024 ** 2;
  const error = failure(() => bindPlan({ ...plan, models: [{ ...plan.models[0], bytes }] }));
  expect(error.problems.map(({ code }) => code)).toEqual(['GCP_MODEL_MEMORY']);
  expect(error.message).toContain('2464 MiB');
});

test('an image from source is refused with the commands that build and push it', () => {
  const error = failure(() => synthesize({}, { runtime: { image: RuntimeImage.fromSource() } }));
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(error.message).toMatch(
    /gcloud artifacts repositories create.*gcloud builds submit .*runtime --tag europe-west1-docker\.pkg\.dev\/my-project-123.*docker push.*fromRegistry/s,
  );
});

test('everything wrong is told at once', () => {
  const error = failure(() =>
    synthesize(
      { name: 'Bad', region: 'mars' },
      { scaling: { cpuPercent: 70 }, resources: { cpuMillis: 500 } },
    ),
  );
  expect(error.problems.map(({ code }) => code).sort()).toEqual([
    'GCP_NAME',
    'GCP_NAME',
    'GCP_RESOURCES',
    'TARGET_UNSUPPORTED',
  ]);
});

test('below a stack of another tool it is refused before anything is created', () => {
  const stack = new Stack(new AwsApp(), 'Stack');
  const error = failure(() =>
    new CloudRunEndpoint({ project: PROJECT, region: REGION }).bind(stack, planOf()),
  );
  expect(error.code).toBe('TARGET_SCOPE');
  expect(stack.node.children).toEqual([]);
});

test('a refused endpoint leaves nothing behind', () => {
  inStack((stack) => {
    const before = stack.node.findAll().length;
    failure(() => new CloudRunEndpoint({ project: PROJECT, region: 'mars' }).bind(stack, planOf()));
    expect(stack.node.findAll()).toHaveLength(before);
  });
});

test('a stack without provider or state does not synthesize', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'Serving');
    endpointIn(stack);
    expect(() => Testing.synth(stack, true)).toThrow(
      /TERRAFORM_PROVIDER.*GoogleProvider.*TERRAFORM_BACKEND/s,
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test('every code of the target is met by a test', () => {
  const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  const text = tests.map((file) => readFileSync(`${__dirname}/${file}`, 'utf8')).join('\n');
  expect(Object.keys(gcpProblems).filter((code) => !text.includes(code))).toEqual([]);
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
