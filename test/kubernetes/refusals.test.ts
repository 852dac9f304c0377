import { App as AwsApp, Fn, Stack } from 'aws-cdk-lib';
import type { ChartProps } from 'cdk8s';
import {
  Duration,
  Gate,
  ModelEndpoint,
  ProblemError,
  Rollout,
  RuntimeImage,
  UnsupportedError,
} from 'inferstack';
import {
  Autoscaler,
  ClusterMonitoring,
  Exposure,
  KubernetesEndpoint,
  type KubernetesEndpointOptions,
  kubernetesProblems,
  ModelDelivery,
} from 'inferstack/kubernetes';
import { bindPlan, chart, endpointIn, synthesize } from './support/synthesize';

type Props = Parameters<typeof synthesize>[1];

const proxies = { namespace: 'gateways' };
const gateway = { gateway: { name: 'public' }, hostnames: ['a.example.com'], tlsListener: 'https', proxies };

const argoRollouts = { prometheusUrl: 'http://prometheus:9090' };

const cases: [string, string, KubernetesEndpointOptions, Props?, ChartProps?][] = [
  ['a name of 48 characters', 'KUBERNETES_NAME', { name: 'a'.repeat(48) }],
  ['a name that starts with a digit', 'KUBERNETES_NAME', { name: '1st' }],
  ['a name in capitals', 'KUBERNETES_NAME', { name: 'Tumours' }],
  ['a namespace with a dot', 'KUBERNETES_NAME', { namespace: 'a.b' }],
  ['a claim in capitals', 'KUBERNETES_NAME', { model: ModelDelivery.fromVolumeClaim('Models') }],
  [
    'a secret in capitals',
    'KUBERNETES_NAME',
    { model: ModelDelivery.fromUrl('s3://m', { secretName: 'S' }) },
  ],
  ['a pull secret in capitals', 'KUBERNETES_NAME', { pod: { imagePullSecrets: ['S'] } }],
  ['a priority class with a space', 'KUBERNETES_NAME', { pod: { priorityClassName: 'very high' } }],
  [
    'a host with a port',
    'KUBERNETES_NAME',
    { exposure: Exposure.gateway({ ...gateway, hostnames: ['a:80'] }) },
  ],
  [
    'a gateway without hosts',
    'KUBERNETES_OPTION',
    { exposure: Exposure.gateway({ ...gateway, hostnames: [] }) },
  ],
  [
    'a gateway in the clear',
    'KUBERNETES_PLAIN_HTTP',
    { exposure: Exposure.gateway({ ...gateway, tlsListener: undefined }) },
  ],
  ['a peer that selects nothing', 'KUBERNETES_PEER', { network: { allowFrom: [{}] } }],
  [
    'a peer of two forms',
    'KUBERNETES_PEER',
    { network: { allowFrom: [{ namespace: 'a', cidr: '10.0.0.0/8' }] } },
  ],
  ['an address that is no range', 'KUBERNETES_PEER', { network: { allowFrom: [{ cidr: '10.0.0.1' }] } }],
  [
    'a Prometheus that selects nothing',
    'KUBERNETES_PEER',
    { monitoring: ClusterMonitoring.prometheusOperator({ prometheus: {} }) },
  ],
  ['port 0', 'KUBERNETES_OPTION', { network: { allowTo: [{ to: { namespace: 'a' }, ports: [0] }] } }],
  [
    'an architecture by node selector',
    'KUBERNETES_OPTION',
    { pod: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } },
  ],
  [
    'baking as long as the deadline',
    'KUBERNETES_ROLLOUT_TIMES',
    {},
    { rollout: Rollout.rolling({ bake: Duration.minutes(15) }) },
  ],
  [
    'Argo with a Prometheus that is no address',
    'KUBERNETES_OPTION',
    { argoRollouts: { prometheusUrl: 'prometheus:9090' } },
  ],
  [
    'Argo with credentials of Prometheus',
    'KUBERNETES_OPTION',
    { argoRollouts: { prometheusUrl: 'https://user:hush@prometheus:9090' } },
  ],
  [
    'a gate that looks at less than a minute',
    'KUBERNETES_GATE',
    { argoRollouts },
    { rollout: Rollout.blueGreen({ gates: [Gate.errors({ window: Duration.seconds(59) })] }) },
  ],
  [
    'a gate above the last bucket',
    'KUBERNETES_GATE',
    { argoRollouts },
    { rollout: Rollout.blueGreen({ gates: [Gate.latency({ max: Duration.seconds(30) })] }) },
  ],
  [
    'a canary whose route is in no known namespace',
    'KUBERNETES_NAMESPACE',
    { argoRollouts, exposure: Exposure.gateway(gateway) },
    { rollout: Rollout.canary() },
    { namespace: undefined },
  ],
];

const complete = cases.map(
  ([what, code, options, props = {}, chartProps = {}]) => [what, code, options, props, chartProps] as const,
);

test.each(complete)('refuses %s (%s)', (_, code, options, props, chartProps) => {
  const error = failure(() => synthesize(options, props, chartProps));
  expect(error.problems.map((problem) => problem.code)).toEqual([code]);
  expect(error.problems[0]!.at).toContain('Serving/Endpoint');
  expect(error.problems[0]!.remedy).not.toBe('');
});

test('the rollout times are shown', () => {
  const rollout = Rollout.rolling({ bake: Duration.seconds(90), timeout: Duration.seconds(60) });
  expect(() => synthesize({}, { rollout })).toThrow(
    'timeout (60s) must be greater than bake (90s): a Deployment',
  );
});

test('a namespace can be created only when it is known, and once', () => {
  expect(() => synthesize({ createNamespace: true }, {}, { namespace: undefined })).toThrow(
    /KUBERNETES_NAMESPACE.*no namespace is named/,
  );
  const scope = chart();
  endpointIn(scope, { createNamespace: true });
  const again = () =>
    new ModelEndpoint(scope, 'Again', {
      model: { bind: () => synthesize().endpoint.plan.models[0] } as never,
      target: new KubernetesEndpoint({ createNamespace: true }),
      runtime: { image: RuntimeImage.fromRegistry('a/b:1') },
    });
  expect(again).toThrow(/KUBERNETES_NAMESPACE.*already created/);
});

test('an image from source is refused with the commands that push it', () => {
  const error = failure(() => synthesize({}, { runtime: { image: RuntimeImage.fromSource() } }));
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(error.message).toMatch(/docker build -t .*runtime.*docker push.*fromRegistry/s);
});

test('everything wrong is told at once', () => {
  const error = failure(() =>
    synthesize(
      { name: 'Bad', namespace: 'a.b', autoscaler: Autoscaler.horizontalPodAutoscaler() },
      { scaling: { requestsPerReplica: 5 } },
    ),
  );
  expect(error.problems.map((problem) => problem.code).sort()).toEqual([
    'KUBERNETES_NAME',
    'KUBERNETES_NAME',
    'TARGET_UNSUPPORTED',
  ]);
});

describe('placeholders of other tools', () => {
  const token = Fn.importValue('bucket');

  test('are refused in options, wherever they are', () => {
    expect(token).toContain('${Token[');
    for (const options of [
      { pod: { serviceAccountAnnotations: { role: token } } },
      { model: ModelDelivery.fromUrl(`s3://${token}`) },
      { network: { allowFrom: [{ podLabels: { a: token } }] } },
    ]) {
      const codes = failure(() => synthesize(options)).problems.map((problem) => problem.code);
      expect(codes).toContain('KUBERNETES_TOKEN');
    }
  });

  test('are refused in the plan, strings and numbers', () => {
    const { plan } = synthesize().endpoint;
    const monitoring = { ...plan.monitoring, runbookUrl: token, logRetentionDays: -1.8881545897087626e289 };
    const error = failure(() => bindPlan({ ...plan, monitoring }));
    expect(error.problems.map((problem) => problem.at.replace(/.*: /, ''))).toEqual([
      'plan.monitoring.logRetentionDays',
      'plan.monitoring.runbookUrl',
    ]);
  });
});

test('below a stack of another tool it is refused before anything is created', () => {
  const stack = new Stack(new AwsApp(), 'Stack');
  const { plan } = synthesize().endpoint;
  const error = failure(() => new KubernetesEndpoint().bind(stack, plan));
  expect(error.code).toBe('TARGET_SCOPE');
  expect(stack.node.children).toEqual([]);
});

test('every code of the target is met by a test', () => {
  const fs = jest.requireActual<typeof import('node:fs')>('node:fs');
  const tests = fs.readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  const text = tests.map((file) => fs.readFileSync(`${__dirname}/${file}`, 'utf8')).join('\n');
  expect(Object.keys(kubernetesProblems).filter((code) => !text.includes(code))).toEqual([]);
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
