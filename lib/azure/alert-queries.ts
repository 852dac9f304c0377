import { EMF_DIMENSIONS, EMF_METRICS, EMF_NAMESPACE } from '@inferstack/runtime/contract';
import { type ErrorAlarmPlan, type LatencyAlarmPlan, servedNames } from '../core';
import { literal } from '../terraform';
import type { EndpointContext } from './context';

/** Column that the rule compares with its threshold. */
export const MEASURE = 'measure';
/** Column that tells the models of an endpoint apart when it has several. */
export const MODEL = 'model';

/** Column that tells the revisions of an endpoint apart when several serve. */
const REVISION = 'revision';

/** A column of a query that an alert rule is split by. */
export interface Dimension {
  readonly name: string;
  readonly operator: string;
  readonly values: string[];
}

/** Whose measurements a query reads. */
export interface Measured {
  readonly endpoint: string;
  /** Whether each model is measured by itself. */
  readonly perModel: boolean;
  /** Revision that is measured by itself, `*` for each; undefined: all of them together. */
  readonly revision: string | undefined;
}

export const measured = ({ name, plan }: EndpointContext, revision?: string): Measured => ({
  endpoint: name,
  perModel: servedNames(plan).length > 1,
  revision,
});

/** The rule is judged for each value by itself, and the alert says which one it is. */
export const dimensionsOf = ({ perModel, revision }: Measured): Dimension[] => [
  ...(revision === undefined ? [] : [{ name: REVISION, operator: 'Include', values: [literal(revision)] }]),
  ...(perModel ? [{ name: MODEL, operator: 'Include', values: ['*'] }] : []),
];

/** What rows are grouped by besides, in `summarize ... by`. */
export const byModel = ({ perModel }: Measured): string[] =>
  perModel ? [`${MODEL} = tostring(line.${EMF_DIMENSIONS.model})`] : [];

function grouped(subject: Measured): string {
  const byRevision = subject.revision === undefined ? [] : [`${REVISION} = RevisionName_s`];
  const columns = [...byRevision, ...byModel(subject)];
  return columns.length === 0 ? '' : ` by ${columns.join(', ')}`;
}

const kept = (subject: Measured): string =>
  `${subject.revision === undefined ? '' : `, ${REVISION}`}${keptModel(subject)}`;

/** What `project` keeps besides. */
export const keptModel = ({ perModel }: Measured): string => (perModel ? `, ${MODEL}` : '');

/**
 * The lines with the runtime's own measurements, one a minute and replica. Names come from the table that the runtime
 * writes by; the platform's metrics know neither shares nor percentiles.
 */
export function metricLines({ endpoint }: Measured): string {
  return [
    'ContainerAppConsoleLogs_CL',
    `| where ContainerAppName_s == '${endpoint}' and Log_s startswith '{"_aws"'`,
    '| extend line = parse_json(Log_s)',
    `| where line._aws.CloudWatchMetrics[0].Namespace == '${EMF_NAMESPACE}'`,
    `| where isnotempty(line.${EMF_DIMENSIONS.model})`,
  ].join('\n');
}

/** Failed predictions in percent; no row below the least number of requests, so that the rule stays silent. */
export function errorQuery(subject: Measured, { minRequests }: Pick<ErrorAlarmPlan, 'minRequests'>): string {
  return [
    metricLines(subject),
    `| summarize requests = sum(tolong(line.${EMF_METRICS.requests.name})), errors = sum(tolong(line.${EMF_METRICS.errors.name}))${grouped(subject)}`,
    `| where requests >= ${minRequests}`,
    `| project ${MEASURE} = 100.0 * errors / requests${kept(subject)}`,
  ].join('\n');
}

/** A percentile in milliseconds, over the values with counts of all replicas. */
export function latencyQuery(
  subject: Measured,
  { minRequests, percentile = 99 }: Pick<LatencyAlarmPlan, 'minRequests'> & { readonly percentile?: number },
): string {
  return [
    metricLines(subject),
    `| extend latency = line.${EMF_METRICS.latency.name}`,
    '| mv-expand value = latency.Values to typeof(double), occurred = latency.Counts to typeof(long)',
    `| summarize requests = sum(occurred), ${MEASURE} = percentilew(value, occurred, ${percentile})${grouped(subject)}`,
    `| where requests >= ${minRequests}`,
    `| project ${MEASURE}${kept(subject)}`,
  ].join('\n');
}
