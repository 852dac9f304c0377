import { App as AwsApp, Stack } from 'aws-cdk-lib/core';
import { Duration, ProblemError, Rollout, RuntimeImage, UnsupportedError } from 'inferstack';
import { KServeEndpoint, KServeExposure, ModelDelivery } from 'inferstack/kubernetes';
import { type Props, synthesize } from './support/synthesize';

type Options = Parameters<typeof synthesize>[0];

const proxies = { namespace: 'kserve' };

test.each<[string, string, Options, Props, RegExp]>([
  ['a name of 47 characters', 'KUBERNETES_NAME', { name: 'a'.repeat(47) }, {}, /at most 46/],
  [
    'a name that is too long with the namespace',
    'KUBERNETES_NAME',
    { name: 'a'.repeat(40), namespace: 'b'.repeat(13) },
    {},
    /<name>-predictor-<namespace>/,
  ],
  ['a name that starts with a digit', 'KUBERNETES_NAME', { name: '1st' }, {}, /a letter/],
  ['a peer that selects nothing', 'KUBERNETES_PEER', { exposure: ingress({ proxies: {} }) }, {}, /proxies/],
  [
    'an encryption that is not said',
    'KUBERNETES_PLAIN_HTTP',
    { exposure: ingress({ encryption: undefined as never }) },
    {},
    /state it/,
  ],
  [
    'plain http to the store',
    'KUBERNETES_MODEL_URL',
    { model: ModelDelivery.fromUrl('http://a') },
    {},
    /http/,
  ],
])('refuses %s (%s)', (_, code, options, props, message) => {
  const error = failure(() => synthesize(options, props));
  expect(error.problems.map((problem) => problem.code)).toContain(code);
  expect(error.message).toMatch(message);
});

test.each<[string, Options, Props, RegExp]>([
  ['a canary', {}, { rollout: Rollout.canary() }, /canaryTrafficPercent.*#5335.*candidate/s],
  ['baking', {}, { rollout: Rollout.rolling({ bake: Duration.minutes(1) }) }, /rollout\.bake.*60 s/s],
  ['gRPC from outside', { exposure: ingress() }, { runtime: { grpc: true } }, /runtime\.grpc.*clusterLocal/s],
  ['requests per replica without KEDA', {}, { scaling: { requestsPerReplica: 5 } }, /requestsPerReplica/],
  ['no replicas without KEDA', {}, { scaling: { minReplicas: 0 } }, /scale to zero/],
  ['an image from source', {}, { runtime: { image: RuntimeImage.fromSource() } }, /runtime\.image/],
])('says that KServe cannot: %s', (_, options, props, message) => {
  const error = failure(() => synthesize(options, props));
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(error.message).toMatch(message);
});

test('a rollout longer than the pause of other platforms is taken', () => {
  // KubernetesEndpoint needs the deadline above the bake, which is not waited for here.
  const rollout = Rollout.rolling({ timeout: Duration.seconds(120) });
  expect(() => synthesize({}, { rollout })).not.toThrow();
});

test('below a stack of another tool it is refused before anything is created', () => {
  const stack = new Stack(new AwsApp(), 'Stack');
  const { plan } = synthesize().endpoint;
  const error = failure(() => new KServeEndpoint().bind(stack, plan));
  expect(error.problems[0]).toMatchObject({ code: 'TARGET_SCOPE' });
  expect(error.message).toContain('KServeEndpoint creates cdk8s objects');
  expect(stack.node.children).toEqual([]);
});

function ingress(options: Partial<Parameters<typeof KServeExposure.ingress>[0]> = {}): KServeExposure {
  return KServeExposure.ingress({ proxies, encryption: 'ingress', ...options });
}

function failure(run: () => unknown): ProblemError {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
