import type { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { dimensionsOf, errorQuery, latencyQuery, measured } from './alert-queries';
import type { EndpointContext } from './context';
import { type ActionGroups, createQueryAlert, describe } from './query-alert';
import type { ContainerAppRollout } from './rollout/create-rollout';
import { createGateAlerts } from './rollout/gate-alerts';

const SEVERITY_WARNING = 2;

/** The alerts of an endpoint; undefined when switched off. */
export interface ContainerAppAlerts {
  readonly errors: MonitorScheduledQueryRulesAlertV2 | undefined;
  readonly latency: MonitorScheduledQueryRulesAlertV2 | undefined;
  /** Fewer replicas than wanted at all times; undefined when that is none. */
  readonly replicas: MonitorMetricAlert | undefined;
  /** The gates of the rollout, on the new revision alone. */
  readonly gates: readonly MonitorScheduledQueryRulesAlertV2[];
  /** Who gets a mail; undefined without `alerts.emails`. */
  readonly actionGroup: MonitorActionGroup | undefined;
}

export interface AlertSources {
  readonly workspaceId: string;
  readonly appId: string;
  readonly groups: ActionGroups;
  /** Goes back when an alert fires; undefined: the rollout has no steps. */
  readonly rollout: ContainerAppRollout | undefined;
}

export function createAlerts(
  scope: Construct,
  context: EndpointContext,
  sources: AlertSources,
): ContainerAppAlerts {
  const { created: actionGroup, ids } = sources.groups;
  const { rollout, workspaceId } = sources;
  const groups = rollout === undefined ? ids : [...ids, rollout.actionGroup.id];
  return {
    errors: createErrors(scope, context, sources, groups),
    latency: createLatency(scope, context, sources, groups),
    replicas: createReplicas(scope, context, sources, ids),
    gates:
      rollout === undefined
        ? []
        : createGateAlerts(scope, context, { revision: rollout.revision, workspaceId, groups }),
    actionGroup,
  };
}

/** Revisions that serve side by side are judged each by itself: a small share of the requests would hide in all. */
const subjectOf = (context: EndpointContext, { rollout }: AlertSources) =>
  measured(context, rollout === undefined ? undefined : '*');

function createErrors(scope: Construct, context: EndpointContext, sources: AlertSources, groups: string[]) {
  const errors = context.plan.monitoring.errors;
  if (errors === null) return undefined;
  const { maxPercent, minRequests, windowSeconds } = errors;
  const subject = subjectOf(context, sources);
  return createQueryAlert(scope, 'ErrorsAlert', context, groups, {
    suffix: 'errors',
    what: `More than ${maxPercent} % of the predictions fail (from ${minRequests} in ${windowSeconds} s on).`,
    workspaceId: sources.workspaceId,
    query: errorQuery(subject, errors),
    threshold: maxPercent,
    windowSeconds,
    dimensions: dimensionsOf(subject),
  });
}

function createLatency(scope: Construct, context: EndpointContext, sources: AlertSources, groups: string[]) {
  const latency = context.plan.monitoring.latency;
  if (latency === null) return undefined;
  const { maxP99Ms, minRequests, windowSeconds } = latency;
  const subject = subjectOf(context, sources);
  return createQueryAlert(scope, 'LatencyAlert', context, groups, {
    suffix: 'latency',
    what: `1 % of the predictions take longer than ${maxP99Ms} ms (from ${minRequests} in ${windowSeconds} s on).`,
    workspaceId: sources.workspaceId,
    query: latencyQuery(subject, latency),
    threshold: maxP99Ms,
    windowSeconds,
    dimensions: dimensionsOf(subject),
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
