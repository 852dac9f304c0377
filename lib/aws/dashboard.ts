import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  type MetricOptions,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { cpuMetric, memoryMetric, type ServiceSource, type TrafficMetrics } from './endpoint-metrics';
import type { ModelMetricOptions, ModelMetrics } from './model-metrics';

/** What every dashboard shows, whatever serves. */
export interface CommonDashboardProps {
  readonly model: ModelMetrics;
  /** Names of the models, each of which has its lines. */
  readonly modelNames: readonly string[];
  readonly alarms: readonly Alarm[];
  readonly logGroup: ILogGroup;
}

export interface DashboardProps extends CommonDashboardProps {
  readonly traffic: TrafficMetrics;
  readonly service: ServiceSource;
}

const THIRD = 8;
const QUARTER = 6;
const WHOLE = 24;

export function createDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { traffic, service } = props;
  return createRows(scope, props, [
    trafficGraphs(traffic, 'Latency (s)'),
    [
      graph('Replicas', [traffic.healthyReplicas(), traffic.unhealthyReplicas()]),
      graph('CPU (%)', [cpuMetric(service)]),
      graph('Memory (%)', [memoryMetric(service)]),
    ],
  ]);
}

/** Alarms above the rows; the model from inside, and what the log warns of, below them. */
export function createRows(
  scope: Construct,
  props: CommonDashboardProps,
  rows: readonly (readonly GraphWidget[])[],
): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(alarmStates(props.alarms));
  for (const row of rows) dashboard.addWidgets(...row);
  dashboard.addWidgets(...modelGraphs(props));
  dashboard.addWidgets(warningsInLog(props.logGroup));
  return dashboard;
}

/** What callers notice, whoever counts it. */
interface CountedTraffic {
  requests(): IMetric;
  errorPercent(minRequests: number, period: Duration): IMetric;
  latency(options: MetricOptions): IMetric;
}

export function trafficGraphs(traffic: CountedTraffic, latency: string): GraphWidget[] {
  const percentiles = [50, 95, 99].map((p) => traffic.latency({ statistic: Stats.p(p), label: `p${p}` }));
  return [
    graph('Requests per minute', [traffic.requests()]),
    graph('Failed requests (%)', [traffic.errorPercent(1, Duration.minutes(1))]),
    graph(latency, percentiles),
  ];
}

function alarmStates(alarms: readonly Alarm[]): AlarmStatusWidget {
  return new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE, height: 3 });
}

function warningsInLog({ logGroupName }: ILogGroup): LogQueryWidget {
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
function modelGraphs({ model, modelNames }: CommonDashboardProps): GraphWidget[] {
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
