import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { Construct } from 'constructs';
import { type ErrorAlarmPlan, type LatencyAlarmPlan, modelNames } from '../core';
import { literal } from '../terraform';
import type { EndpointContext } from './context';
import { EndpointQueries } from './queries';

/** The alarms of an endpoint; undefined when switched off. */
export interface CloudRunAlerts {
  readonly errors: MonitoringAlertPolicy | undefined;
  readonly latency: MonitoringAlertPolicy | undefined;
}

interface Alert {
  readonly id: 'ErrorsAlert' | 'LatencyAlert';
  readonly title: string;
  readonly query: string;
  readonly summary: string;
}

/** Both need the least number of requests, so that a quiet endpoint does not alarm on one failure. */
export function createAlerts(
  scope: Construct,
  context: EndpointContext,
  channels: readonly string[],
): CloudRunAlerts {
  const { errors, latency } = context.plan.monitoring;
  const queries = new EndpointQueries(context);
  const create = (alert: Alert) => createAlert(scope, context, channels, alert);
  return {
    errors: errors === null ? undefined : create(errorsAlert(context.name, queries, errors)),
    latency: latency === null ? undefined : create(latencyAlert(context.name, queries, latency)),
  };
}

function errorsAlert(name: string, queries: EndpointQueries, alarm: ErrorAlarmPlan): Alert {
  const { maxPercent, minRequests, windowSeconds } = alarm;
  return {
    id: 'ErrorsAlert',
    title: `${name}: failed requests`,
    query: `${queries.errorPercent(windowSeconds)} > ${maxPercent} and ${queries.count(windowSeconds)} >= ${minRequests}`,
    summary: `More than ${maxPercent} % of the requests failed (5xx) within ${windowSeconds / 60} min.`,
  };
}

function latencyAlert(name: string, queries: EndpointQueries, alarm: LatencyAlarmPlan): Alert {
  const { maxP99Ms, minRequests, windowSeconds } = alarm;
  const p99 = queries.quantile(0.99, 'latency', windowSeconds);
  return {
    id: 'LatencyAlert',
    title: `${name}: slow requests`,
    query: `${p99} > ${maxP99Ms} and ${queries.count(windowSeconds)} >= ${minRequests}`,
    summary: `The slowest 1 % of the requests took more than ${maxP99Ms} ms within ${windowSeconds / 60} min.`,
  };
}

function createAlert(scope: Construct, context: EndpointContext, channels: readonly string[], alert: Alert) {
  const { project, plan, labels } = context;
  const { runbookUrl } = plan.monitoring;
  return new MonitoringAlertPolicy(scope, alert.id, {
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
      content: documentation(context, alert),
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

function documentation({ name, region, project, plan }: EndpointContext, { summary }: Alert): string {
  const { runbookUrl } = plan.monitoring;
  const at = `--region ${region} --project ${project}`;
  return [
    summary,
    covered(modelNames(plan.models)),
    ...(runbookUrl === null ? [] : [`Runbook: ${literal(runbookUrl)}`]),
    'To go back, name the revision before the last one, then revert the change that was applied:',
    `    gcloud run revisions list --service ${name} ${at}`,
    `    gcloud run services update-traffic ${name} ${at} --to-revisions REVISION=100`,
  ].join('\n\n');
}
