import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import { errorQuery, latencyQuery, MEASURE, MODEL, measured } from './alert-queries';
import { evaluationFrequency, isoDuration } from './alert-windows';
import type { EndpointContext } from './context';

/** The rule is judged for each model by itself, and the alert says which one it is. */
const EACH_MODEL = { name: MODEL, operator: 'Include', values: ['*'] };
const SEVERITY_ERROR = 1;
const SEVERITY_WARNING = 2;

/** The alerts of an endpoint; undefined when switched off. */
export interface ContainerAppAlerts {
  readonly errors: MonitorScheduledQueryRulesAlertV2 | undefined;
  readonly latency: MonitorScheduledQueryRulesAlertV2 | undefined;
  /** Fewer replicas than wanted at all times; undefined when that is none. */
  readonly replicas: MonitorMetricAlert | undefined;
  /** Who gets a mail; undefined without `alerts.emails`. */
  readonly actionGroup: MonitorActionGroup | undefined;
}

export interface AlertSources {
  readonly workspaceId: string;
  readonly appId: string;
}

export function createAlerts(
  scope: Construct,
  context: EndpointContext,
  sources: AlertSources,
): ContainerAppAlerts {
  const actionGroup = createActionGroup(scope, context);
  const given = (context.options.alerts?.actionGroupIds ?? []).map(literal);
  const groups = actionGroup === undefined ? given : [actionGroup.id, ...given];
  return {
    errors: createErrors(scope, context, sources, groups),
    latency: createLatency(scope, context, sources, groups),
    replicas: createReplicas(scope, context, sources, groups),
    actionGroup,
  };
}

function createActionGroup(scope: Construct, { name, group, tags, options }: EndpointContext) {
  const emails = options.alerts?.emails ?? [];
  if (emails.length === 0) return undefined;
  return new MonitorActionGroup(scope, 'ActionGroup', {
    name: `ag-${name}`,
    shortName: 'inferstack',
    resourceGroupName: group.name,
    tags,
    emailReceiver: emails.map((emailAddress, i) => ({
      name: `email-${i + 1}`,
      emailAddress: literal(emailAddress),
      useCommonAlertSchema: true,
    })),
  });
}

function createErrors(scope: Construct, context: EndpointContext, sources: AlertSources, groups: string[]) {
  const errors = context.plan.monitoring.errors;
  if (errors === null) return undefined;
  const { maxPercent, minRequests, windowSeconds } = errors;
  return createQueryAlert(scope, 'ErrorsAlert', context, groups, {
    suffix: 'errors',
    what: `More than ${maxPercent} % of the predictions fail (from ${minRequests} in ${windowSeconds} s on).`,
    workspaceId: sources.workspaceId,
    query: errorQuery(measured(context), errors),
    threshold: maxPercent,
    windowSeconds,
  });
}

function createLatency(scope: Construct, context: EndpointContext, sources: AlertSources, groups: string[]) {
  const latency = context.plan.monitoring.latency;
  if (latency === null) return undefined;
  const { maxP99Ms, minRequests, windowSeconds } = latency;
  return createQueryAlert(scope, 'LatencyAlert', context, groups, {
    suffix: 'latency',
    what: `1 % of the predictions take longer than ${maxP99Ms} ms (from ${minRequests} in ${windowSeconds} s on).`,
    workspaceId: sources.workspaceId,
    query: latencyQuery(measured(context), latency),
    threshold: maxP99Ms,
    windowSeconds,
  });
}

interface QueryAlert {
  readonly suffix: string;
  readonly what: string;
  readonly workspaceId: string;
  readonly query: string;
  readonly threshold: number;
  readonly windowSeconds: number;
}

function createQueryAlert(
  scope: Construct,
  id: string,
  context: EndpointContext,
  actionGroups: string[],
  alert: QueryAlert,
): MonitorScheduledQueryRulesAlertV2 {
  const { runbookUrl } = context.plan.monitoring;
  return new MonitorScheduledQueryRulesAlertV2(scope, id, {
    ...context.placed,
    name: `${context.name}-${alert.suffix}`,
    description: describe(context, alert.what),
    severity: SEVERITY_ERROR,
    scopes: [alert.workspaceId],
    evaluationFrequency: evaluationFrequency(alert.windowSeconds),
    windowDuration: isoDuration(alert.windowSeconds),
    autoMitigationEnabled: true,
    // The table exists from the first line of the log on, which comes after the rule.
    skipQueryValidation: true,
    criteria: [
      {
        query: literal(alert.query),
        metricMeasureColumn: MEASURE,
        timeAggregationMethod: 'Maximum',
        operator: 'GreaterThan',
        threshold: alert.threshold,
        ...(measured(context).perModel && { dimension: [EACH_MODEL] }),
        failingPeriods: { numberOfEvaluationPeriods: 1, minimumFailingPeriodsToTriggerAlert: 1 },
      },
    ],
    action: {
      actionGroups,
      customProperties: {
        endpoint: literal(context.plan.path),
        ...(runbookUrl === null ? {} : { runbook: literal(runbookUrl) }),
      },
    },
  });
}

function createReplicas(
  scope: Construct,
  context: EndpointContext,
  { appId }: AlertSources,
  groups: string[],
) {
  const { minReplicas } = context.plan.scaling;
  if (minReplicas === 0) return undefined;
  return new MonitorMetricAlert(scope, 'ReplicasAlert', {
    name: `${context.name}-replicas`,
    resourceGroupName: context.group.name,
    tags: context.tags,
    description: describe(context, `Fewer than ${minReplicas} replicas for five minutes.`),
    severity: SEVERITY_WARNING,
    scopes: [appId],
    frequency: 'PT1M',
    windowSize: 'PT5M',
    criteria: [
      {
        metricNamespace: 'Microsoft.App/containerApps',
        metricName: 'Replicas',
        aggregation: 'Maximum',
        operator: 'LessThan',
        threshold: minReplicas,
      },
    ],
    action: groups.map((actionGroupId) => ({ actionGroupId })),
  });
}

function describe({ plan }: EndpointContext, what: string): string {
  const { runbookUrl } = plan.monitoring;
  return literal(`${plan.path}: ${what}${runbookUrl === null ? '' : ` Runbook: ${runbookUrl}`}`);
}
