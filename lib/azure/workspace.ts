import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { literal } from '../terraform';
import type { Checker } from './checker';
import type { AnyContext, SharedPlan } from './context';
import type { WorkspaceReference } from './references';

/** Source: https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure */
const RETENTION_DAYS = { min: 30, max: 730 };

export interface BoundWorkspace {
  readonly id: string;
  /** undefined: yours. */
  readonly created: LogAnalyticsWorkspace | undefined;
}

/** Where the logs go: yours, or one of its own. */
export function resolveWorkspace(scope: Construct, context: AnyContext): BoundWorkspace {
  const given = context.options.workspace;
  if (given !== undefined) return { id: literal(given.id), created: undefined };
  const created = new LogAnalyticsWorkspace(scope, 'Workspace', {
    ...context.placed,
    name: `log-${context.name}`,
    sku: 'PerGB2018',
    retentionInDays: context.plan.monitoring.logRetentionDays,
  });
  return { id: created.id, created };
}

/** The retention belongs to the workspace: one of yours is not changed, so it must keep logs as long as asked. */
export function checkLogRetention(
  check: Checker,
  { monitoring }: Pick<SharedPlan, 'monitoring'>,
  workspace: WorkspaceReference | undefined,
): void {
  const days = monitoring.logRetentionDays;
  if (isUnresolved(days)) return;
  if (workspace !== undefined) {
    if (isUnresolved(workspace.retentionInDays) || workspace.retentionInDays === days) return;
    check.add('AZURE_LOG_RETENTION', 'monitoring.logRetentionDays', {
      what: 'the workspace is yours and keeps logs for another time',
      got: days,
      allowed: `${workspace.retentionInDays}, as the workspace has it`,
      remedy: `Use ${workspace.retentionInDays}, or change the workspace.`,
    });
    return;
  }
  const { min, max } = RETENTION_DAYS;
  if (Number.isInteger(days) && days >= min && days <= max) return;
  check.add('AZURE_LOG_RETENTION', 'monitoring.logRetentionDays', {
    what: 'a Log Analytics workspace does not offer this retention',
    got: days,
    allowed: `${min} to ${max}`,
    remedy: `Use ${days < min ? min : max}.`,
  });
}
