import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { cpuMetric, memoryMetric, type ServiceSource, type TrafficMetrics } from './endpoint-metrics';

export interface DashboardProps {
  readonly traffic: TrafficMetrics;
  readonly service: ServiceSource;
  readonly alarms: readonly Alarm[];
  readonly logGroup: ILogGroup;
}

const THIRD = 8;
const WHOLE = 24;

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { traffic, service, alarms, logGroup } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE, height: 3 }),
  );
  dashboard.addWidgets(
    graph('Requests per minute', [traffic.requests()]),
    graph('Failed requests (%)', [traffic.errorPercent(1, Duration.minutes(1))]),
    graph(
      'Latency (s)',
      [50, 95, 99].map((p) => traffic.latency({ statistic: Stats.p(p), label: `p${p}` })),
    ),
  );
  dashboard.addWidgets(
    graph('Replicas', [traffic.healthyReplicas(), traffic.unhealthyReplicas()]),
    graph('CPU (%)', [cpuMetric(service)]),
    graph('Memory (%)', [memoryMetric(service)]),
  );
  dashboard.addWidgets(
    new LogQueryWidget({
      title: 'Warnings and errors',
      logGroupNames: [logGroup.logGroupName],
      queryLines: [
        'fields @timestamp, msg, code',
        'filter level in ["warn", "error", "fatal"]',
        'sort @timestamp desc',
        'limit 50',
      ],
      width: WHOLE,
    }),
  );
  return dashboard;
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: THIRD, leftYAxis: { min: 0 } });
}
