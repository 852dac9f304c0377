import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Gate, Rollout } from 'inferstack';
import { fargate, flat, only } from '../support';

const SERVICE = 'AWS::ECS::Service';
const ALARM = 'AWS::CloudWatch::Alarm';

const gates = [Gate.errors({ maxPercent: 7 }), Gate.latency({ max: Duration.millis(300), quantile: 0.95 })];
const canary = fargate({ rollout: Rollout.canary({ gates, timeout: Duration.minutes(10) }) });

describe('alarms that bring the old version back', () => {
  const { AlarmNames } = only(canary.template, SERVICE).DeploymentConfiguration.Alarms;
  const names: string[] = AlarmNames.map(flat);
  const metricsOf = (id: string) => only(canary.template, ALARM, id).Metrics;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any form, and a wrong guess fails the test.
  const groups = (metrics: any[]) =>
    new Set(
      metrics
        .flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])
        .filter(({ Name }) => Name === 'TargetGroup')
        .map(({ Value }) => Value['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, '')),
    );

  test('are those of the endpoint and of each colour, and those of the gates', () => {
    const colour = (part: string) => [
      ...['ErrorsAlarm', 'LatencyAlarm', 'UnreadyAlarm'].map((id) => `${part}${id}`),
      ...['errors', 'latency'].map((gate) => `${part}GateAlarm${gate}`),
    ];
    const expected = ['ErrorsAlarm', ...colour('Blue'), ...colour('Green'), 'StartsAlarm'];
    expect(names.map((name) => name.replace(/^<Endpoint(.*)[0-9A-F]{8}>$/, '$1'))).toEqual(expected);
    expect(canary.native.alarms.rollback).toHaveLength(expected.length);
  });

  test('look at the replicas of their colour alone', () => {
    for (const id of ['ErrorsAlarm', 'LatencyAlarm', 'GateAlarmerrors', 'GateAlarmlatency']) {
      expect(groups(metricsOf(`Blue${id}`))).toEqual(new Set(['EndpointTargetGroup']));
      expect(groups(metricsOf(`Green${id}`))).toEqual(new Set(['EndpointGreenTargetGroup']));
    }
    expect(groups(metricsOf('EndpointErrorsAlarm'))).toEqual(
      new Set(['EndpointTargetGroup', 'EndpointGreenTargetGroup']),
    );
    // CloudWatch takes ten metrics to an alarm.
    for (const { Properties } of Object.values(canary.template.findResources(ALARM))) {
      expect(
        (Properties.Metrics ?? []).filter(({ MetricStat }: { MetricStat: object }) => MetricStat).length,
      ).toBeLessThan(11);
    }
  });

  test('a gate becomes an alarm with its limit, window, samples and patience', () => {
    const errors = only(canary.template, ALARM, 'GreenGateAlarmerrors');
    expect(errors).toMatchObject({ Threshold: 7, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(errors.Metrics[0].Expression).toContain('>= 200');
    expect(errors.TreatMissingData).toBe('notBreaching');
    const latency = only(canary.template, ALARM, 'GreenGateAlarmlatency');
    expect(latency).toMatchObject({ Threshold: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(latency.Metrics[0].Expression).toContain('>= 500');
    const [seconds] = latency.Metrics.filter(({ Id }: { Id: string }) => Id === 'seconds');
    expect(seconds.MetricStat).toMatchObject({ Stat: 'p95', Period: 300 });
  });

  test('replicas that end at their start, or never become ready in their time, end the rollout', () => {
    const filter = only(canary.template, 'AWS::Logs::MetricFilter');
    expect(filter.FilterPattern).toBe('{ ($.event = "model_refused") || ($.event = "start_failed") }');
    const [{ MetricName, MetricNamespace }] = filter.MetricTransformations;
    // Endpoints of two stacks may have one name.
    expect(MetricName).toBe(`CreditRisk/${canary.endpoint.plan.name}`);
    expect(only(canary.template, ALARM, 'StartsAlarm')).toMatchObject({
      MetricName,
      Namespace: MetricNamespace,
      Period: 600,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const unready = only(canary.template, ALARM, 'GreenUnreadyAlarm');
    expect(groups(unready.Metrics)).toEqual(new Set(['EndpointGreenTargetGroup']));
    expect(unready.Metrics[0].MetricStat.Metric.MetricName).toBe('UnHealthyHostCount');
    expect(unready).toMatchObject({
      EvaluationPeriods: 10,
      DatapointsToAlarm: 8,
      Threshold: 0,
    });
    expect(only(canary.template, SERVICE).HealthCheckGracePeriodSeconds).toBe(600);
  });

  test('an alarm of yours is one of them, whatever the strategy', () => {
    for (const rollout of [Rollout.canary(), Rollout.rolling()]) {
      const { template } = fargate({ rollout }, (stack) => ({
        rollbackAlarms: [
          new Alarm(stack, 'FewOrders', {
            metric: new Metric({ namespace: 'Shop', metricName: 'Orders' }),
            threshold: 1,
            evaluationPeriods: 1,
          }),
        ],
      }));
      const told = only(template, SERVICE).DeploymentConfiguration.Alarms.AlarmNames;
      expect(flat(told.at(-1))).toMatch(/^<FewOrders/);
    }
  });
});
