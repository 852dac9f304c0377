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
import type { ModelMetricOptions, ModelMetrics } from './model-metrics';

export interface DashboardProps {
  readonly traffic: TrafficMetrics;
  readonly model: ModelMetrics;
  /** Names of the models, each of which has its lines. */
  readonly modelNames: readonly string[];
  readonly service: ServiceSource;
  readonly alarms: readonly Alarm[];
  readonly logGroup: ILogGroup;
}

const THIRD = 8;
const QUARTER = 6;
const WHOLE = 24;

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { traffic, service, alarms, logGroup } = props;
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(alarmStates(alarms));
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
  dashboard.addWidgets(...modelGraphs(props));
  dashboard.addWidgets(warningsInLog(logGroup));
  return dashboard;
}

export function alarmStates(alarms: readonly Alarm[]): AlarmStatusWidget {
  return new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE, height: 3 });
}

export function warningsInLog({ logGroupName }: ILogGroup): LogQueryWidget {
  return new LogQueryWidget({
    title: 'Warnings and errors',
    logGroupNames: [logGroupName],
    queryLines: [
      'fields @timestamp, msg, code',
      'filter level in ["warn", "error", "fatal"]',
      'sort @timestamp desc',
      'limit 50',
    ],
    width: WHOLE,
  });
}

type MeasuredBy = (options: ModelMetricOptions) => IMetric;

/** What the runtime itself measures, of each model. */
export function modelGraphs({
  model,
  modelNames,
}: Pick<DashboardProps, 'model' | 'modelNames'>): GraphWidget[] {
  const several = modelNames.length > 1;
  const percentiles = (metric: MeasuredBy) =>
    modelNames.flatMap((name) =>
      [50, 99].map((p) => {
        const label = several ? `${name} p${p}` : `p${p}`;
        return metric({ model: name, statistic: Stats.p(p), label });
      }),
    );
  const each = (metric: MeasuredBy) =>
    modelNames.map((name) => metric({ model: name, ...(several && { label: name }) }));
  return [
    graph(
      'Model latency (ms)',
      percentiles((options) => model.modelLatency(options)),
      QUARTER,
    ),
    graph(
      'Queue time (ms)',
      percentiles((options) => model.queueTime(options)),
      QUARTER,
    ),
    graph(
      'Batch size (rows)',
      each((options) => model.batchSize(options)),
      QUARTER,
    ),
    graph(
      'Refused values per minute',
      each((options) => model.validationFailures(options)),
      QUARTER,
    ),
  ];
}

export function graph(title: string, left: IMetric[], width = THIRD): GraphWidget {
  return new GraphWidget({ title, left, width, leftYAxis: { min: 0 } });
}
