import type { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { errorQuery, latencyQuery, measured } from './alert-queries';
import type { EndpointContext } from './context';
import { createActionGroups, createQueryAlert, describe } from './query-alert';

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
  const { created: actionGroup, ids: groups } = createActionGroups(scope, context);
  return {
    errors: createErrors(scope, context, sources, groups),
    latency: createLatency(scope, context, sources, groups),
    replicas: createReplicas(scope, context, sources, groups),
    actionGroup,
  };
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
    perModel: measured(context).perModel,
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
    perModel: measured(context).perModel,
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
