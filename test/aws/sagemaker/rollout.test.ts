import { Duration, Gate, ModelSource, Rollout } from 'inferstack';
import { exampleModel, problemsOf } from '../../support/endpoint';
import { flat, only } from '../support';
import { sagemaker } from './support';

const AT = 'CreditRisk/Endpoint: ';
const { minutes, hours } = Duration;
const told = (rollout: Rollout) =>
  only(sagemaker({ rollout }).template, 'AWS::SageMaker::Endpoint').DeploymentConfig;

describe('SageMaker is told how to move the requests', () => {
  test('canary: a share, and the wait before all of them', () => {
    expect(told(Rollout.canary({ percent: 25, bake: minutes(20), timeout: minutes(10) }))).toMatchObject({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: 25 },
          WaitIntervalInSeconds: 1200,
        },
        // Instances 600, start 600, two waits.
        MaximumExecutionTimeoutInSeconds: 3600,
      },
    });
  });

  test('linear: equal steps', () => {
    expect(told(Rollout.linear({ step: 20 }))).toMatchObject({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'LINEAR',
          LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 20 },
          WaitIntervalInSeconds: 600,
        },
        MaximumExecutionTimeoutInSeconds: 600 + 900 + 5 * 600,
      },
    });
  });

  test.each([
    ['blueGreen', Rollout.blueGreen({ bake: minutes(20) }), 1200],
    ['allAtOnce', Rollout.allAtOnce(), 300],
  ])('%s: all at once', (_, rollout, wait) => {
    const { BlueGreenUpdatePolicy: policy } = told(rollout);
    expect(policy.TrafficRoutingConfiguration).toEqual({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: wait });
    expect(policy.MaximumExecutionTimeoutInSeconds).toBe(600 + 900 + wait);
  });
});

test('gates become alarms that bring the old version back, and the role may look at them', () => {
  const gates = [Gate.errors({ maxPercent: 0.7 }), Gate.latency({ max: Duration.millis(90), quantile: 0.9 })];
  const { template, native } = sagemaker({ rollout: Rollout.canary({ gates }) });
  const { Alarms } = only(template, 'AWS::SageMaker::Endpoint').DeploymentConfig.AutoRollbackConfiguration;
  expect(Alarms.map(({ AlarmName }: { AlarmName: object }) => flat(AlarmName))).toEqual(
    ['ErrorsAlarm', 'LatencyAlarm', 'GateAlarmerrors', 'GateAlarmlatency'].map((id) =>
      expect.stringMatching(`^<Endpoint${id}`),
    ),
  );
  expect(native.alarms.gates).toHaveLength(2);
  const latency = only(template, 'AWS::CloudWatch::Alarm', 'GateAlarmlatency');
  expect(latency).toMatchObject({ Threshold: 90, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  const [measured] = latency.Metrics.filter(({ Id }: { Id: string }) => Id === 'microseconds');
  expect(measured.MetricStat).toMatchObject({ Stat: 'p90', Metric: { MetricName: 'ModelLatency' } });
  expect(only(template, 'AWS::CloudWatch::Alarm', 'GateAlarmerrors').Threshold).toBe(0.7);
  const { Statement } = only(template, 'AWS::IAM::Policy', 'RoleDefaultPolicy').PolicyDocument;
  const [watch] = Statement.filter(({ Sid }: { Sid: string }) => Sid === 'WatchAlarms');
  expect(watch.Resource).toHaveLength(4);
});

describe('refused with the limits of SageMaker', () => {
  test.each<[string, Rollout, object]>([
    ['more than half', Rollout.canary({ percent: 60 }), { at: `${AT}rollout.percent`, remedy: 'Use 50.' }],
    [
      'a fraction',
      Rollout.canary({ percent: 2.5 }),
      { at: `${AT}rollout.percent`, allowed: 'a whole number, 1 to 50' },
    ],
    ['small steps', Rollout.linear({ step: 5 }), { at: `${AT}rollout.step`, remedy: 'Use 10.' }],
    ['a long wait', Rollout.canary({ bake: hours(2) }), { at: `${AT}rollout.bake`, remedy: 'Use 3600 s.' }],
    [
      'all waits together',
      Rollout.linear({ step: 10, interval: minutes(50) }),
      { at: `${AT}rollout.interval`, allowed: 'at most 28800 s' },
    ],
    [
      'a wait of its own at the end',
      Rollout.canary({ finalBake: minutes(10) }),
      { at: `${AT}rollout.finalBake`, allowed: 'no finalBake' },
    ],
    [
      'a wait that ends before a gate can fail',
      Rollout.canary({ bake: minutes(5), gates: [Gate.errors()] }),
      { at: `${AT}rollout.bake`, allowed: '600 s or more' },
    ],
    [
      'more alarms than it watches',
      Rollout.canary({ gates: Array.from({ length: 9 }, (_, i) => Gate.errors({ name: `gate-${i}` })) }),
      { at: `${AT}rollout.gates`, got: '11', allowed: '10 in all' },
    ],
  ])('%s', (_, rollout, expected) => {
    expect(problemsOf(() => sagemaker({ rollout }))).toEqual([
      expect.objectContaining({ code: 'AWS_SAGEMAKER_ROLLOUT', ...expected }),
    ]);
  });

  test('a share of one instance, and comparisons', () => {
    const one = () => sagemaker({ rollout: Rollout.canary(), scaling: { minReplicas: 1 } });
    expect(problemsOf(one)).toMatchObject([
      { code: 'TARGET_UNSUPPORTED', at: `${AT}scaling.minReplicas`, got: '1' },
    ]);
    for (const gate of [Gate.latency(), Gate.agreement()]) {
      expect(problemsOf(() => sagemaker({ rollout: Rollout.canary({ gates: [gate] }) }))).toMatchObject([
        { code: 'TARGET_UNSUPPORTED', remedy: expect.stringContaining('candidate') },
      ]);
    }
  });
});

test('version 1 after version 2 gives the template of version 1', () => {
  const [first, second, again] = ['1', '2', '1'].map((version) => {
    const model = ModelSource.fromDirectory(exampleModel('breast-cancer', version));
    return JSON.stringify(sagemaker({ model, rollout: Rollout.canary() }).template.toJSON());
  });
  expect(again).toBe(first);
  expect(second).not.toBe(first);
});
