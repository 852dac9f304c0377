import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { BATCH_EMF_METRICS } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { MEASURE } from '../alert-queries';
import { createActionGroups, createQueryAlert, describe, SEVERITY_ERROR } from '../query-alert';
import type { ContainerAppBatchAlerts } from './container-app-batch-native';
import type { JobContext } from './job-context';

/** Windows that a rule on a query can have, hours. */
const WINDOW_HOURS = [1, 2, 3, 4, 5, 6, 24, 48];
const HOUR_SECONDS = 3600;

/** What the alerts watch. */
export interface AlertSources {
  readonly jobId: string;
  readonly workspaceId: string;
}

/** The alerts of the plan. */
export function createAlerts(
  scope: Construct,
  context: JobContext,
  { jobId, workspaceId }: AlertSources,
): ContainerAppBatchAlerts {
  const { created: actionGroup, ids } = createActionGroups(scope, context);
  return {
    failed: createFailed(scope, context, jobId, ids),
    missing: createMissing(scope, context, workspaceId, ids),
    actionGroup,
  };
}

/**
 * By the platform's own count, which also knows of workers that were killed or never started.
 * Source: https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-app-jobs-metrics
 */
function createFailed(
  scope: Construct,
  context: JobContext,
  jobId: string,
  groups: readonly string[],
): MonitorMetricAlert | undefined {
  if (!context.job.monitoring.failed) return undefined;
  return new MonitorMetricAlert(scope, 'FailedAlert', {
    name: `${context.name}-failed`,
    resourceGroupName: context.group.name,
    tags: context.tags,
    description: describe(context, 'A run failed: a worker ended with an error, or took too long.'),
    severity: SEVERITY_ERROR,
    scopes: [jobId],
    frequency: 'PT1M',
    windowSize: 'PT5M',
    criteria: [
      {
        metricNamespace: 'Microsoft.App/jobs',
        metricName: 'Executions',
        aggregation: 'Maximum',
        operator: 'GreaterThan',
        threshold: 0,
        dimension: [{ name: 'state', operator: 'Include', values: ['Failed'] }],
      },
    ],
    action: groups.map((actionGroupId) => ({ actionGroupId })),
  });
}

/** No run has succeeded for long, whatever the reason: also when none was started. It rings until the first has. */
function createMissing(
  scope: Construct,
  context: JobContext,
  workspaceId: string,
  groups: readonly string[],
): MonitorScheduledQueryRulesAlertV2 | undefined {
  const after = context.job.monitoring.missingAfterSeconds;
  if (after === null) return undefined;
  const hours = after / HOUR_SECONDS;
  return createQueryAlert(scope, 'MissingAlert', context, groups, {
    suffix: 'missing',
    what: `No run has succeeded for ${hours} hours.`,
    workspaceId,
    query: missingQuery(context.name, hours),
    threshold: 0,
    windowSeconds: WINDOW_HOURS.find((window) => window >= hours)! * HOUR_SECONDS,
  });
}

/**
 * 1 when nothing has succeeded, else 0. A worker ends well only when every unit of its run is done, and says so in its line of
 * measurements, whatever the level of the log. The empty table stands in until Azure has made the one of the log.
 */
function missingQuery(job: string, hours: number): string {
  return [
    'union isfuzzy=true (datatable(TimeGenerated: datetime, Log_s: string) []), ContainerAppConsoleLogs_CL',
    `| where TimeGenerated > ago(${hours}h) and Log_s startswith '{"_aws"'`,
    '| extend line = parse_json(Log_s)',
    `| where tostring(line.Job) == '${job}' and toint(line.${BATCH_EMF_METRICS.failed}) == 0`,
    '| summarize runs = count()',
    `| project ${MEASURE} = iff(runs > 0, 0, 1)`,
  ].join('\n');
}
