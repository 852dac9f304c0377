import { type Alarm, Dashboard, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { alarmStates, graph, modelGraphs, warningsInLog } from '../dashboard';
import type { ModelMetrics } from '../model-metrics';
import type { InstanceType } from './instance-types';
import type { SageMakerMetrics } from './sagemaker-metrics';

export interface DashboardProps {
  readonly traffic: SageMakerMetrics;
  readonly model: ModelMetrics;
  readonly modelNames: readonly string[];
  readonly instanceType: InstanceType;
  readonly alarms: readonly Alarm[];
  readonly logGroup: ILogGroup;
}

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { traffic, alarms, logGroup } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(alarmStates(alarms));
  dashboard.addWidgets(
    graph('Requests per minute', [traffic.requests()]),
    graph('Failed requests (%)', [traffic.errorPercent(1, Duration.minutes(1))]),
    graph(
      'Latency of the container (µs)',
      [50, 95, 99].map((p) => traffic.latency({ statistic: Stats.p(p), label: `p${p}` })),
    ),
  );
  dashboard.addWidgets(
    graph('CPU (%)', [cpuPercent(props)]),
    graph('Memory and disk (%)', [traffic.memory(), traffic.disk()]),
    graph('Latency added by SageMaker (µs)', [traffic.overhead()]),
  );
  dashboard.addWidgets(...modelGraphs(props));
  dashboard.addWidgets(warningsInLog(logGroup));
  return dashboard;
}

function cpuPercent({ traffic, instanceType }: DashboardProps): MathExpression {
  return new MathExpression({
    expression: `cores / ${instanceType.cpus}`,
    label: 'CPU (%)',
    usingMetrics: { cores: traffic.cpu() },
    period: Duration.minutes(1),
  });
}
