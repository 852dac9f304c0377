import { EMF_METRICS } from '@inferstack/runtime/contract';
import { byModel, keptModel, type Measured, MODEL, measured, metricLines } from './alert-queries';
import type { EndpointContext } from './context';

export interface DashboardSources {
  readonly appId: string;
  readonly workspaceId: string;
}

/** What the portal calls the metadata of a part. */
export interface Tile {
  readonly type: string;
  readonly inputs: readonly object[];
  readonly settings?: object;
}

/** Aggregations of Azure Monitor by the numbers that charts take. */
const TOTAL = 1;
const MAXIMUM = 3;
const AVERAGE = 4;

/** First what the platform sees, then what the runtime measures. */
export function dashboardTiles(context: EndpointContext, sources: DashboardSources): readonly Tile[] {
  const subject = measured(context);
  const app = { id: sources.appId, namespace: 'microsoft.app/containerapps' };
  const chart = (title: string, metric: string, aggregation: number, splitBy?: string) =>
    metricTile(app, title, metric, aggregation, splitBy);
  const query = (
    title: string,
    lines: (subject: Measured) => readonly string[],
    columns: readonly string[],
  ) =>
    queryTile(sources.workspaceId, title, [metricLines(subject), ...lines(subject)].join('\n'), {
      columns,
      splitBy: subject.perModel ? [{ name: MODEL, type: 'string' }] : [],
    });
  return [
    chart('Requests', 'Requests', TOTAL, 'statusCodeCategory'),
    chart('Response time (ms)', 'ResponseTime', AVERAGE),
    chart('Replicas', 'Replicas', MAXIMUM),
    chart('CPU (nanocores)', 'UsageNanoCores', AVERAGE),
    chart('Memory (bytes)', 'WorkingSetBytes', AVERAGE),
    chart('Restarts', 'RestartCount', MAXIMUM),
    query('Failed predictions (%)', failedPercent, ['percent']),
    query('Prediction latency p99 (ms)', percentile(EMF_METRICS.latency.name), ['p99']),
    query('Model latency p99 (ms)', percentile(EMF_METRICS.modelLatency.name), ['p99']),
    query('Queue time p99 (ms)', percentile(EMF_METRICS.queueTime.name), ['p99']),
    query('Rows', total(EMF_METRICS.rows.name), ['total']),
    query('Refused values', total(EMF_METRICS.validationFailures.name), ['total']),
  ];
}

const grouped = (subject: Measured): string => ['by bin(TimeGenerated, 5m)', ...byModel(subject)].join(', ');

const failedPercent = (subject: Measured) => [
  `| summarize requests = sum(tolong(line.${EMF_METRICS.requests.name})), errors = sum(tolong(line.${EMF_METRICS.errors.name})) ${grouped(subject)}`,
  `| project TimeGenerated, percent = iff(requests == 0, 0.0, 100.0 * errors / requests)${keptModel(subject)}`,
];

const percentile = (metric: string) => (subject: Measured) => [
  `| extend measured = line.${metric}`,
  '| mv-expand value = measured.Values to typeof(double), occurred = measured.Counts to typeof(long)',
  `| summarize p99 = percentilew(value, occurred, 99) ${grouped(subject)}`,
];

const total = (metric: string) => (subject: Measured) => [
  `| summarize total = sum(tolong(line.${metric})) ${grouped(subject)}`,
];

/** A resource whose metrics are drawn. */
export interface Drawable {
  readonly id: string;
  /** Of the metrics, in small letters. */
  readonly namespace: string;
}

export function metricTile(
  { id, namespace }: Drawable,
  title: string,
  metric: string,
  aggregationType: number,
  splitBy?: string,
): Tile {
  const chart = {
    title,
    titleKind: 2,
    metrics: [
      {
        resourceMetadata: { id },
        name: metric,
        aggregationType,
        namespace,
        metricVisualization: { displayName: title },
      },
    ],
    visualization: { chartType: 2 },
    ...(splitBy === undefined ? {} : { grouping: { dimension: splitBy, sort: 2, top: 10 } }),
  };
  return {
    type: 'Extension/HubsExtension/PartType/MonitorChartPart',
    inputs: [
      { name: 'options', value: { chart } },
      { name: 'sharedTimeRange', isOptional: true },
    ],
    settings: { content: { options: { chart } } },
  };
}

export interface Drawn {
  readonly columns: readonly string[];
  readonly splitBy: readonly object[];
}

export function queryTile(
  workspaceId: string,
  title: string,
  query: string,
  { columns, splitBy }: Drawn,
): Tile {
  const input = (name: string, value: unknown) => ({ name, value, isOptional: true });
  return {
    type: 'Extension/Microsoft_OperationsManagementSuite_Workspace/PartType/LogsDashboardPart',
    inputs: [
      input('Scope', { resourceIds: [workspaceId] }),
      input('Version', '2.0'),
      input('TimeRange', 'P1D'),
      input('Query', query),
      input('PartTitle', title),
      input('ControlType', 'FrameControlChart'),
      input('SpecificChart', 'Line'),
      input('Dimensions', {
        xAxis: { name: 'TimeGenerated', type: 'datetime' },
        yAxis: columns.map((name) => ({ name, type: 'real' })),
        splitBy,
        aggregation: 'Sum',
      }),
      input('IsQueryContainTimeRange', false),
    ],
  };
}
