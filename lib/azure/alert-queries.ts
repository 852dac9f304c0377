import { EMF_DIMENSIONS, EMF_METRICS, EMF_NAMESPACE } from '@inferstack/runtime/contract';
import type { ErrorAlarmPlan, LatencyAlarmPlan } from '../core';

/** Column that the rule compares with its threshold. */
export const MEASURE = 'measure';

/**
 * The lines with the runtime's own measurements, one a minute and replica. Names come from the table that the runtime
 * writes by; the platform's metrics know neither shares nor percentiles.
 */
export function metricLines(endpoint: string): string {
  return [
    'ContainerAppConsoleLogs_CL',
    `| where ContainerAppName_s == '${endpoint}' and Log_s startswith '{"_aws"'`,
    '| extend line = parse_json(Log_s)',
    `| where line._aws.CloudWatchMetrics[0].Namespace == '${EMF_NAMESPACE}'`,
    `| where isnotempty(line.${EMF_DIMENSIONS.model})`,
  ].join('\n');
}

/** Failed predictions in percent; no row below the least number of requests, so that the rule stays silent. */
export function errorQuery(endpoint: string, { minRequests }: ErrorAlarmPlan): string {
  return [
    metricLines(endpoint),
    `| summarize requests = sum(tolong(line.${EMF_METRICS.requests.name})), errors = sum(tolong(line.${EMF_METRICS.errors.name}))`,
    `| where requests >= ${minRequests}`,
    `| project ${MEASURE} = 100.0 * errors / requests`,
  ].join('\n');
}

/** The 99th percentile in milliseconds, over the values with counts of all replicas. */
export function latencyQuery(endpoint: string, { minRequests }: LatencyAlarmPlan): string {
  return [
    metricLines(endpoint),
    `| extend latency = line.${EMF_METRICS.latency.name}`,
    '| mv-expand value = latency.Values to typeof(double), occurred = latency.Counts to typeof(long)',
    `| summarize requests = sum(occurred), ${MEASURE} = percentilew(value, occurred, 99)`,
    `| where requests >= ${minRequests}`,
    `| project ${MEASURE}`,
  ].join('\n');
}
