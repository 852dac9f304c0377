import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { Construct } from 'constructs';
import { type ErrorAlarmPlan, type LatencyAlarmPlan, servedNames } from '../core';
import { literal } from '../terraform';
import type { EndpointContext } from './context';

/** The alarms of an endpoint; undefined when switched off. */
export interface EndpointAlerts {
  readonly errors: MonitoringAlertPolicy | undefined;
  readonly latency: MonitoringAlertPolicy | undefined;
}

/** What a platform measures of an endpoint, in PromQL. Windows are whole minutes. */
export interface AlertQueries {
  /** Requests in a window. */
  count(seconds: number): string;
  /** Failed requests, percent. */
  errorPercent(seconds: number): string;
  /** 99th percentile of the time to answer, milliseconds. */
  p99Latency(seconds: number): string;
}

/** What alarms of a platform look at and advise. */
export interface AlertSource {
  readonly queries: AlertQueries;
  /** How the person on call goes back, as markdown. */
  readonly goBack: readonly string[];
}

export interface Alert {
  readonly title: string;
  readonly query: string;
  readonly summary: string;
}

interface EndpointAlert extends Alert {
  readonly id: 'ErrorsAlert' | 'LatencyAlert';
}

/** Both need the least number of requests, so that a quiet endpoint does not alarm on one failure. */
export function createAlerts(
  scope: Construct,
  context: EndpointContext,
  channels: readonly string[],
  { queries, goBack }: AlertSource,
): EndpointAlerts {
  const created = alertsOf(context, queries).map(
    (alert) => [alert.id, createAlert(scope, alert.id, context, { alert, channels, goBack })] as const,
  );
  const byId: Partial<Record<EndpointAlert['id'], MonitoringAlertPolicy>> = Object.fromEntries(created);
  return { errors: byId.ErrorsAlert, latency: byId.LatencyAlert };
}

/** The alarms that are switched on. */
export function alertsOf({ name, plan }: EndpointContext, queries: AlertQueries): EndpointAlert[] {
  const { errors, latency } = plan.monitoring;
  return [
    ...(errors === null ? [] : [errorsAlert(name, queries, errors)]),
    ...(latency === null ? [] : [latencyAlert(name, queries, latency)]),
  ];
}

function errorsAlert(name: string, queries: AlertQueries, alarm: ErrorAlarmPlan): EndpointAlert {
  const { maxPercent, minRequests, windowSeconds } = alarm;
  return {
    id: 'ErrorsAlert',
    title: `${name}: failed requests`,
    query: `${queries.errorPercent(windowSeconds)} > ${maxPercent} and ${queries.count(windowSeconds)} >= ${minRequests}`,
    summary: `More than ${maxPercent} % of the requests failed (5xx) within ${windowSeconds / 60} min.`,
  };
}

function latencyAlert(name: string, queries: AlertQueries, alarm: LatencyAlarmPlan): EndpointAlert {
  const { maxP99Ms, minRequests, windowSeconds } = alarm;
  return {
    id: 'LatencyAlert',
    title: `${name}: slow requests`,
    query: `${queries.p99Latency(windowSeconds)} > ${maxP99Ms} and ${queries.count(windowSeconds)} >= ${minRequests}`,
    summary: `The slowest 1 % of the requests took more than ${maxP99Ms} ms within ${windowSeconds / 60} min.`,
  };
}

export interface AlertParts {
  readonly alert: Alert;
  readonly channels: readonly string[];
  readonly goBack: readonly string[];
}

export function createAlert(
  scope: Construct,
  id: string,
  context: EndpointContext,
  { alert, channels, goBack }: AlertParts,
): MonitoringAlertPolicy {
  const { project, plan, labels } = context;
  const { runbookUrl } = plan.monitoring;
  return new MonitoringAlertPolicy(scope, id, {
    project,
    displayName: alert.title,
    combiner: 'OR',
    severity: 'CRITICAL',
    userLabels: labels,
    notificationChannels: [...channels],
    conditions: [
      {
        displayName: alert.title,
        conditionPrometheusQueryLanguage: {
          query: alert.query,
          duration: '0s',
          evaluationInterval: '60s',
          // In a project that never served a request the metrics do not exist yet.
          disableMetricValidation: true,
        },
      },
    ],
    documentation: {
      mimeType: 'text/markdown',
      subject: alert.title,
      content: [...documentation(context, alert), ...goBack].join('\n\n'),
      links: runbookUrl === null ? undefined : [{ displayName: 'Runbook', url: literal(runbookUrl) }],
    },
    alertStrategy: { autoClose: '1800s' },
  });
}

/** Cloud Run counts requests and not what they were about. */
function covered(names: readonly string[]): string {
  const listed = literal(names.join(', '));
  return names.length === 1 ? `Model: ${listed}.` : `Models, all together: ${listed}.`;
}

function documentation({ plan }: EndpointContext, { summary }: Alert): string[] {
  const { runbookUrl } = plan.monitoring;
  return [
    summary,
    covered(servedNames(plan)),
    ...(runbookUrl === null ? [] : [`Runbook: ${literal(runbookUrl)}`]),
  ];
}
