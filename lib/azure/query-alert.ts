import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import { type Dimension, MEASURE } from './alert-queries';
import { evaluationFrequency, isoDuration } from './alert-windows';
import type { AnyContext } from './context';

export const SEVERITY_ERROR = 1;

/** Who hears of alerts. */
export interface ActionGroups {
  /** Who gets a mail; undefined without `alerts.emails`. */
  readonly created: MonitorActionGroup | undefined;
  /** Of the created one, and of yours. */
  readonly ids: string[];
}

export function createActionGroups(scope: Construct, context: AnyContext): ActionGroups {
  const created = createActionGroup(scope, context);
  const given = (context.options.alerts?.actionGroupIds ?? []).map(literal);
  return { created, ids: created === undefined ? given : [created.id, ...given] };
}

function createActionGroup(scope: Construct, { name, group, tags, options }: AnyContext) {
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

export interface QueryAlert {
  readonly suffix: string;
  readonly what: string;
  readonly workspaceId: string;
  readonly query: string;
  readonly threshold: number;
  readonly windowSeconds: number;
  /** What the query has a row for each value of. @default - one row */
  readonly dimensions?: Dimension[];
  /** How many of the last windows must be above the threshold. @default - the last one */
  readonly periods?: { readonly failed: number; readonly of: number };
}

/** A rule on a query that gives what is measured, and no row below the least number of requests. */
export function createQueryAlert(
  scope: Construct,
  id: string,
  context: AnyContext,
  actionGroups: readonly string[],
  alert: QueryAlert,
): MonitorScheduledQueryRulesAlertV2 {
  const { runbookUrl } = context.plan.monitoring;
  const { dimensions = [], periods, windowSeconds } = alert;
  return new MonitorScheduledQueryRulesAlertV2(scope, id, {
    ...context.placed,
    name: `${context.name}-${alert.suffix}`,
    description: describe(context, alert.what),
    severity: SEVERITY_ERROR,
    scopes: [alert.workspaceId],
    // Windows that are counted do not overlap.
    evaluationFrequency:
      periods === undefined ? evaluationFrequency(windowSeconds) : isoDuration(windowSeconds),
    windowDuration: isoDuration(windowSeconds),
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
        ...(dimensions.length > 0 && { dimension: dimensions }),
        failingPeriods: {
          numberOfEvaluationPeriods: periods?.of ?? 1,
          minimumFailingPeriodsToTriggerAlert: periods?.failed ?? 1,
        },
      },
    ],
    action: {
      actionGroups: [...actionGroups],
      customProperties: {
        [context.kind]: literal(context.plan.path),
        ...(runbookUrl === null ? {} : { runbook: literal(runbookUrl) }),
      },
    },
  });
}

/** Path of the endpoint, what is wrong, and the runbook. */
export function describe({ plan }: AnyContext, what: string): string {
  const { runbookUrl } = plan.monitoring;
  return literal(`${plan.path}: ${what}${runbookUrl === null ? '' : ` Runbook: ${runbookUrl}`}`);
}
