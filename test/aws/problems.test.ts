import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '@inferstack/runtime/contract';
import { CfnParameter } from 'aws-cdk-lib/core';
import { Duration, Rollout, UnsupportedError } from 'inferstack';
import { awsProblems } from 'inferstack/aws';
import { problemsOf } from '../support/endpoint';
import { type EndpointProps, endpointIn, fargate, newStack } from './support';

const AT = 'CreditRisk/Endpoint: ';

describe('each is told with place, value, what is allowed and a remedy', () => {
  test.each<[string, EndpointProps, object]>([
    [
      'a CPU that Fargate does not offer',
      { resources: { cpuMillis: 1500 } },
      {
        code: 'AWS_FARGATE_SIZE',
        at: `${AT}resources.cpuMillis`,
        got: '{"cpuMillis":1500,"memoryMiB":2048}',
        allowed: 'cpuMillis 250, 500, 1000, 2000, 4000, 8000, 16000',
        remedy: 'Use cpuMillis 2000.',
      },
    ],
    [
      'more CPU than any task has',
      { resources: { cpuMillis: 64_000 } },
      { code: 'AWS_FARGATE_SIZE', remedy: 'Use cpuMillis 16000.' },
    ],
    [
      'a memory between the steps',
      { resources: { memoryMiB: 2500 } },
      {
        code: 'AWS_FARGATE_SIZE',
        allowed: 'memoryMiB 2048 to 8192 in steps of 1024',
        remedy: 'Use memoryMiB 3072.',
      },
    ],
    [
      'more memory than comes with the CPU',
      { resources: { cpuMillis: 250, memoryMiB: 3072 } },
      {
        code: 'AWS_FARGATE_SIZE',
        allowed: 'memoryMiB 512, 1024, 2048',
        remedy: 'Use memoryMiB 2048, or cpuMillis 500 with memoryMiB 3072.',
      },
    ],
    [
      'more memory than any task has',
      { resources: { cpuMillis: 16_000, memoryMiB: 200_000 } },
      { code: 'AWS_FARGATE_SIZE', remedy: 'Use memoryMiB 122880: no Fargate task has as much.' },
    ],
    [
      'a retention CloudWatch does not offer',
      { monitoring: { logRetentionDays: 31 } },
      { code: 'AWS_LOG_RETENTION', got: '31', remedy: 'Use 60.' },
    ],
    [
      'a retention beyond the longest',
      { monitoring: { logRetentionDays: 9999 } },
      { code: 'AWS_LOG_RETENTION', remedy: 'Use 3653.' },
    ],
    [
      'draining longer than Fargate waits',
      { runtime: { drainTimeout: Duration.seconds(111) } },
      { code: 'AWS_DRAIN', allowed: 'drainDelay + drainTimeout of at most 115 s' },
    ],
    [
      'a bake the alarms do not give',
      { rollout: Rollout.rolling({ bake: Duration.minutes(7) }), monitoring: { latency: false } },
      {
        code: 'AWS_ROLLOUT_BAKE',
        got: '420 s',
        allowed: '300 s and its multiples',
        remedy: 'Use a bake of 600 s, or a window that divides the bake.',
      },
    ],
    [
      'no bake at all',
      { rollout: Rollout.rolling({ bake: Duration.seconds(0) }), monitoring: { errors: false } },
      { code: 'AWS_ROLLOUT_BAKE', remedy: 'Use a bake of 300 s, or a window that divides the bake.' },
    ],
    [
      'a rollout longer than CloudFormation waits',
      { rollout: Rollout.rolling({ timeout: Duration.hours(2) }) },
      { code: 'AWS_ROLLOUT_TIME', remedy: 'Use a timeout of at most 5250 s.' },
    ],
    [
      'a bake longer than CloudFormation waits',
      { rollout: Rollout.rolling({ bake: Duration.hours(3) }) },
      { code: 'AWS_ROLLOUT_TIME', remedy: 'Shorten the bake.' },
    ],
  ])('%s', (_name, props, expected) => {
    const problems = problemsOf(() => fargate(props));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(expected);
  });
});

test('no replica at all is unsupported: nothing would start one', () => {
  const work = () => fargate({ scaling: { minReplicas: 0 } });
  expect(work).toThrow(UnsupportedError);
  expect(problemsOf(work)).toMatchObject([
    { code: 'TARGET_UNSUPPORTED', at: `${AT}scaling.minReplicas`, got: '0' },
  ]);
});

test('one replica gets the time of three failing rounds', () => {
  const rollout = Rollout.rolling({ timeout: Duration.minutes(59) });
  expect(() => fargate({ rollout, scaling: { minReplicas: 3 } })).not.toThrow();
  expect(problemsOf(() => fargate({ rollout, scaling: { minReplicas: 1 } }))).toMatchObject([
    { code: 'AWS_ROLLOUT_TIME', remedy: 'Use a timeout of at most 3500 s.' },
  ]);
});

test('all problems are told at once', () => {
  const problems = problemsOf(() =>
    fargate(
      {
        resources: { cpuMillis: 1500 },
        monitoring: { logRetentionDays: 31 },
        scaling: { minReplicas: 0 },
        runtime: { drainTimeout: Duration.seconds(200) },
      },
      { capacity: { spotPercent: 200 } },
    ),
  );
  expect(problems.map((problem) => problem.code)).toEqual([
    'AWS_FARGATE_SIZE',
    'TARGET_UNSUPPORTED',
    'AWS_DRAIN',
    'AWS_LOG_RETENTION',
    'AWS_CAPACITY',
  ]);
  for (const problem of problems) {
    expect(problem.at).toMatch(/^CreditRisk\/Endpoint: /);
    for (const part of [problem.what, problem.got, problem.allowed, problem.remedy])
      expect(part).toBeTruthy();
  }
});

test('nothing is created before the problems are told', () => {
  const { stack, vpc } = newStack();
  expect(() => endpointIn(stack, { vpc }, { resources: { cpuMillis: 1500 } })).toThrow(ProblemError);
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

  test('are refused where the target calculates with them', () => {
    expect(
      problemsOf(() => withToken((requestsPerReplica) => ({ scaling: { requestsPerReplica } }))),
    ).toMatchObject([{ code: 'TARGET_UNSUPPORTED', at: `${AT}scaling.requestsPerReplica`, got: 'a token' }]);
  });
});

test('every code is used, and every used code is in the table', () => {
  const folder = path.resolve(__dirname, '../../lib/aws');
  const source = (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && file !== 'problems.ts')
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  const used = new Set([...source.matchAll(/'(AWS_[A-Z_]+)'/g)].map((match) => match[1]!));
  used.delete('AWS_REGION');
  expect([...used].sort()).toEqual(Object.keys(awsProblems).sort());
});
