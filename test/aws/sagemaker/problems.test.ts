import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnParameter } from 'aws-cdk-lib/core';
import { Duration, FeatureSource, Rollout, SecretRef, UnsupportedError } from 'inferstack';
import type { SageMakerEndpointOptions } from 'inferstack/aws';
import { problemsOf } from '../../support/endpoint';
import { newStack, only } from '../support';
import { type EndpointProps, endpointIn, sagemaker } from './support';

const AT = 'CreditRisk/Endpoint: ';

describe('what SageMaker cannot do is unsupported, with what to do instead', () => {
  test.each<[string, EndpointProps, object]>([
    [
      'gRPC',
      { runtime: { grpc: true } },
      { at: `${AT}runtime.grpc`, remedy: 'Switch runtime.grpc off, or use FargateEndpoint.' },
    ],
    [
      'contracts nobody could ask by',
      { runtime: { contracts: ['sagemaker', 'kserve-v1'] } },
      { at: `${AT}runtime.contracts`, got: '["kserve-v1"]' },
    ],
    [
      'answers after a minute',
      { runtime: { requestTimeout: Duration.millis(60_001), drainTimeout: Duration.seconds(61) } },
      { at: `${AT}runtime.requestTimeout`, allowed: 'at most 60 s' },
    ],
    [
      'requests above 6 MiB',
      { runtime: { maxBodyBytes: 6 * 1024 ** 2 + 1 } },
      { at: `${AT}runtime.maxBodyBytes`, allowed: 'at most 6291456' },
    ],
    [
      'a drain that would begin after the end',
      { runtime: { drainDelay: Duration.seconds(30) } },
      { at: `${AT}runtime.drainDelay`, allowed: 'less than 30 s' },
    ],
    [
      'no replica at all',
      { scaling: { minReplicas: 0 } },
      { at: `${AT}scaling.minReplicas`, remedy: 'Use minReplicas 1, or a target that scales to zero.' },
    ],
  ])('%s', (_name, props, expected) => {
    const work = () => sagemaker(props);
    expect(work).toThrow(UnsupportedError);
    expect(problemsOf(work)).toEqual([expect.objectContaining({ code: 'TARGET_UNSUPPORTED', ...expected })]);
  });
});

describe('features of an online store', () => {
  const cells = {
    name: 'cells',
    url: 'https://features.example.com:6566',
    featureService: 'cells',
    keys: { patient_id: 'integer' },
    features: { 'mean radius': 'mean_radius' },
  } as const;
  const withStore = (options: Partial<SageMakerEndpointOptions>, credentials?: SecretRef) =>
    sagemaker({ runtime: { features: [FeatureSource.feast({ ...cells, credentials })] } }, options);
  const at = `${AT}runtime.features.cells`;

  test('are out of reach of isolated containers', () => {
    expect(problemsOf(() => withStore({}))).toMatchObject([{ code: 'TARGET_UNSUPPORTED', at }]);
    const { template } = withStore({ network: { isolation: false } });
    const { SecurityGroupEgress } = only(template, 'AWS::EC2::SecurityGroup', 'EndpointSecurityGroup');
    expect(SecurityGroupEgress.map(({ FromPort }: { FromPort: number }) => FromPort)).toEqual([443, 6566]);
    expect(only(template, 'AWS::SageMaker::Model').EnableNetworkIsolation).toBe(false);
  });

  test('come from stores without credentials alone', () => {
    const key = SecretRef.at({ aws: { secret: 'feature-store/key' } });
    expect(problemsOf(() => withStore({ network: { isolation: false } }, key))).toMatchObject([
      { code: 'TARGET_UNSUPPORTED', at: `${at}.credentials`, got: '"aws"' },
    ]);
  });
});

describe('each is told with place, value, what is allowed and a remedy', () => {
  test.each<[string, EndpointProps, Partial<SageMakerEndpointOptions>, object]>([
    [
      'more than any chosen instance has',
      { resources: { cpuMillis: 100_000 } },
      {},
      {
        code: 'AWS_SAGEMAKER_INSTANCE',
        at: `${AT}resources`,
        allowed: 'cpuMillis to 96000 and memoryMiB to 786432, of one instance',
        remedy: "Name a type: target.instanceType: 'ml.c6i.32xlarge'.",
      },
    ],
    [
      'more than any instance has',
      { resources: { cpuMillis: 200_000 } },
      {},
      { code: 'AWS_SAGEMAKER_INSTANCE', remedy: 'Ask for less.' },
    ],
    [
      'a type that has less than is asked for',
      { resources: { cpuMillis: 4000 } },
      { instanceType: 'ml.m5.large' },
      {
        code: 'AWS_SAGEMAKER_INSTANCE',
        at: `${AT}target.instanceType`,
        allowed: 'cpuMillis to 2000, memoryMiB to 8192, x86_64',
      },
    ],
    [
      'a type of another processor',
      {},
      { instanceType: 'ml.m6g.large' },
      { code: 'AWS_SAGEMAKER_INSTANCE', allowed: 'cpuMillis to 2000, memoryMiB to 8192, arm64' },
    ],
    [
      'a type the runtime is not made for',
      {},
      { instanceType: 'ml.p5.48xlarge' },
      {
        code: 'AWS_SAGEMAKER_INSTANCE',
        got: '"ml.p5.48xlarge"',
        allowed: expect.stringContaining('ml.c5.large, '),
      },
    ],
    [
      'a bake beyond an hour',
      { rollout: Rollout.rolling({ bake: Duration.minutes(61) }) },
      {},
      { code: 'AWS_SAGEMAKER_ROLLOUT', at: `${AT}rollout.bake`, remedy: 'Use 3600 s.' },
    ],
    [
      'a start beyond an hour',
      { rollout: Rollout.rolling({ timeout: Duration.minutes(61) }) },
      {},
      { code: 'AWS_SAGEMAKER_ROLLOUT', at: `${AT}rollout.timeout`, got: '3660 s' },
    ],
    [
      'a bake that ends before an alarm has seen a window',
      { rollout: Rollout.rolling({ bake: Duration.minutes(4) }), monitoring: { latency: false } },
      {},
      { code: 'AWS_SAGEMAKER_ROLLOUT', allowed: '300 s or more' },
    ],
    [
      'a retention CloudWatch does not offer',
      { monitoring: { logRetentionDays: 31 } },
      {},
      { code: 'AWS_LOG_RETENTION', remedy: 'Use 60.' },
    ],
    ['a name with capitals', {}, { endpointName: 'Credit' }, { code: 'AWS_SAGEMAKER_NAME', got: '"Credit"' }],
    [
      'no alarm at all: nothing would ever roll back',
      { monitoring: { errors: false, latency: false } },
      {},
      { code: 'PLAN_ROLLOUT_WITHOUT_TRIGGER' },
    ],
  ])('%s', (_name, props, options, expected) => {
    expect(problemsOf(() => sagemaker(props, options))).toEqual([expect.objectContaining(expected)]);
  });

  test('a share of captured requests that is none', () => {
    const captured = (stack: ReturnType<typeof newStack>['stack']) => ({
      dataCapture: { bucket: new Bucket(stack, 'Captured'), samplingPercent: 101 },
    });
    expect(problemsOf(() => sagemaker({}, captured))).toMatchObject([
      { code: 'AWS_SAGEMAKER_CAPTURE', got: '101' },
    ]);
  });
});

test('all problems are told at once, before anything is created', () => {
  const { stack, vpc } = newStack();
  const props: EndpointProps = {
    scaling: { minReplicas: 0 },
    runtime: { grpc: true },
    monitoring: { logRetentionDays: 31 },
  };
  const problems = problemsOf(() => endpointIn(stack, { vpc }, props));
  expect(problems.map(({ code }) => code)).toEqual([
    'TARGET_UNSUPPORTED',
    'TARGET_UNSUPPORTED',
    'AWS_LOG_RETENTION',
  ]);
  expect(stack.node.findChild('Endpoint').node.children).toEqual([]);
});

describe('values known only at deployment', () => {
  const withToken = (props: (token: number) => EndpointProps) => {
    const { stack, vpc } = newStack();
    const token = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    return endpointIn(stack, { vpc }, props(token));
  };

  test('pass where they are only handed on', () => {
    expect(() => withToken((maxReplicas) => ({ scaling: { maxReplicas } }))).not.toThrow();
    expect(() => withToken((logRetentionDays) => ({ monitoring: { logRetentionDays } }))).not.toThrow();
  });

  test('are refused where the target calculates with them, or cuts them', () => {
    expect(problemsOf(() => withToken((cpuPercent) => ({ scaling: { cpuPercent } })))).toMatchObject([
      { code: 'TARGET_UNSUPPORTED', at: `${AT}scaling.cpuPercent` },
    ]);
    expect(problemsOf(() => withToken((maxInFlight) => ({ runtime: { maxInFlight } })))).toMatchObject([
      { code: 'TARGET_UNSUPPORTED', got: 'a token at limits.maxInFlight' },
    ]);
  });
});

describe('warnings', () => {
  const warnings = (props: EndpointProps) =>
    sagemaker(props)
      .endpoint.node.metadata.filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => data);

  test('isolated subnets without a way to the model, and a drain that is cut short', () => {
    expect(warnings({})).toEqual([
      expect.stringContaining('drainDelay and drainTimeout ask for 35 s'),
      expect.stringContaining('the model could not come'),
    ]);
    const times = { requestTimeout: Duration.seconds(20), drainTimeout: Duration.seconds(25) };
    expect(warnings({ runtime: times })).toHaveLength(1);
  });
});
