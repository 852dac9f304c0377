import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import { MEASURE } from '../alert-queries';
import { type ActionGroups, createActionGroups, createQueryAlert } from '../query-alert';
import { endpointIdOf, type MachineLearningContext } from './arm-resources';
import type { MachineLearningTemplates } from './ml-templates';

/** The alerts of an endpoint; undefined when switched off. */
export interface MachineLearningAlerts {
  readonly errors: MonitorScheduledQueryRulesAlertV2 | undefined;
  readonly latency: MonitorScheduledQueryRulesAlertV2 | undefined;
  /** Who gets a mail; undefined without `alerts.emails`. */
  readonly actionGroup: ActionGroups['created'];
}

/** Every request, the events of the platform, and what the runtime writes. */
const LOGS = [
  'AmlOnlineEndpointTrafficLog',
  'AmlOnlineEndpointEventLog',
  'AmlOnlineEndpointConsoleLog',
] as const;

export function createDiagnostics(
  scope: Construct,
  context: MachineLearningContext,
  { endpoint }: MachineLearningTemplates,
  workspaceId: string,
): MonitorDiagnosticSetting {
  return new MonitorDiagnosticSetting(scope, 'Diagnostics', {
    name: context.name,
    targetResourceId: literal(endpointIdOf(context)),
    logAnalyticsWorkspaceId: workspaceId,
    enabledLog: LOGS.map((category) => ({ category })),
    dependsOn: [endpoint],
  });
}

/**
 * Requests as the platform logged them: also those that never reached a replica. What the container fails with arrives
 * as 424 with the container's own status.
 * Source: https://learn.microsoft.com/azure/azure-monitor/reference/tables/amlonlineendpointtrafficlog
 */
export function trafficLines(name: string): string[] {
  return [
    LOGS[0],
    `| where EndpointName == '${name}'`,
    "| extend failed = ResponseCode startswith '5' or (ResponseCode == '424' and ModelStatusCode startswith '5')",
  ];
}

export function createMachineLearningAlerts(
  scope: Construct,
  context: MachineLearningContext,
  workspaceId: string,
): MachineLearningAlerts {
  const { created: actionGroup, ids } = createActionGroups(scope, context);
  const { errors, latency } = context.plan.monitoring;
  const alert = (id: string, suffix: string, alarm: Alarm) =>
    createQueryAlert(scope, id, context, ids, {
      suffix,
      what: alarm.what,
      workspaceId,
      query: [
        ...trafficLines(context.name),
        `| summarize requests = count(), ${alarm.summary}`,
        `| where requests >= ${alarm.minRequests}`,
        `| project ${MEASURE}${alarm.measure}`,
      ].join('\n'),
      threshold: alarm.threshold,
      windowSeconds: alarm.windowSeconds,
    });
  return {
    actionGroup,
    errors:
      errors === null
        ? undefined
        : alert('ErrorsAlert', 'errors', {
            ...errors,
            what: `More than ${errors.maxPercent} % of the requests fail (from ${errors.minRequests} in ${errors.windowSeconds} s on).`,
            summary: 'errors = countif(failed)',
            measure: ' = 100.0 * errors / requests',
            threshold: errors.maxPercent,
          }),
    latency:
      latency === null
        ? undefined
        : alert('LatencyAlert', 'latency', {
            ...latency,
            what: `1 % of the requests take longer than ${latency.maxP99Ms} ms (from ${latency.minRequests} in ${latency.windowSeconds} s on).`,
            summary: `${MEASURE} = percentile(TotalDurationMs, 99)`,
            measure: '',
            threshold: latency.maxP99Ms,
          }),
  };
}

interface Alarm {
  readonly what: string;
  readonly summary: string;
  readonly measure: string;
  readonly threshold: number;
  readonly minRequests: number;
  readonly windowSeconds: number;
}
