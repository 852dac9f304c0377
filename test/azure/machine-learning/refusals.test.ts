import { Duration, ProblemError, Rollout, RuntimeImage, UnsupportedError } from 'inferstack';
import { exampleModel, newStack } from '../support/synthesize';
import { bindPlan, type Options, type Props, planOf, synthesize, target } from './support/synthesize';

const cases: [string, string, Options, Props?][] = [
  ['a name of 33 characters', 'AZURE_NAME', { name: 'a'.repeat(33) }],
  ['a name of two characters', 'AZURE_NAME', { name: 'ab' }],
  ['a name that ends with a dash', 'AZURE_NAME', { name: 'abc-' }],
  ['no region', 'AZURE_LOCATION', { location: undefined }],
  ['more than the largest machine', 'AZURE_SIZE', {}, { resources: { cpuMillis: 17_000 } }],
  ['51 replicas', 'AZURE_SCALING', {}, { scaling: { maxReplicas: 51 } }],
  [
    'half a minute to cool down',
    'AZURE_SCALING',
    {},
    { scaling: { scaleOutCooldown: Duration.seconds(90) } },
  ],
  [
    'three minutes for a request',
    'AZURE_REQUEST_TIME',
    {},
    { runtime: { requestTimeout: Duration.seconds(176), drainTimeout: Duration.seconds(180) } },
  ],
  ['larger bodies', 'AZURE_REQUEST_SIZE', {}, { runtime: { maxBodyBytes: 10_000_001 } }],
  [
    'a window that rules do not have',
    'AZURE_ALERT_WINDOW',
    {},
    { monitoring: { errors: { window: Duration.minutes(7) } } },
  ],
  ['logs for eleven years', 'AZURE_LOG_RETENTION', {}, { monitoring: { logRetentionDays: 4000 } }],
  [
    'a registry of Azure that is not named',
    'AZURE_REGISTRY',
    {},
    { runtime: { image: RuntimeImage.fromRegistry('a.azurecr.io/r:1') } },
  ],
  ['a word for a range', 'AZURE_ADDRESS_RANGE', { modelStorage: { allowFrom: ['office'] } }],
  [
    'the current model as a previous one',
    'AZURE_PREVIOUS_MODEL',
    { modelStorage: { previousModels: [exampleModel()] } },
  ],
  ['no replica', 'TARGET_UNSUPPORTED', {}, { scaling: { minReplicas: 0 } }],
  ['arm64', 'TARGET_UNSUPPORTED', {}, { resources: { architecture: 'arm64' } }],
  ['gRPC', 'TARGET_UNSUPPORTED', {}, { runtime: { grpc: true } }],
  ['another contract', 'TARGET_UNSUPPORTED', {}, { runtime: { contracts: ['mlflow'] } }],
  ['two models', 'TARGET_UNSUPPORTED', {}, { model: [exampleModel(), exampleModel('digits')] }],
  ['a bake', 'TARGET_UNSUPPORTED', {}, { rollout: Rollout.rolling({ bake: Duration.minutes(10) }) }],
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
    requestTimeout: Duration.seconds(175),
    drainTimeout: Duration.seconds(180),
    contracts: ['azureml'] as const,
  };
  const scaling = { minReplicas: 1, maxReplicas: 50 };
  expect(() => synthesize({ name: 'a'.repeat(32) }, { runtime, scaling })).not.toThrow();
});

test('a model that does not fit in memory', () => {
  const plan = planOf();
  const error = failure(() => bindPlan({ ...plan, models: [{ ...plan.models[0], bytes: 1024 ** 3 }] }));
  expect(error.problems.map(({ code }) => code)).toEqual(['AZURE_STORAGE']);
});

test('a number known only at deployment is refused, since it goes into templates', () => {
  const plan = planOf();
  const given = { ...plan, runtime: { ...plan.runtime, maxInFlight: -1.8881545897087626e289 } };
  expect(() => bindPlan(given)).toThrow(/runtime\.maxInFlight/);
});

test('a refused endpoint leaves nothing behind', () => {
  const stack = newStack();
  const before = stack.node.findAll().length;
  failure(() => target({ name: 'ab' }).bind(stack, planOf()));
  expect(stack.node.findAll()).toHaveLength(before);
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
