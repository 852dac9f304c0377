import {
  type Alarm,
  ComparisonOperator,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AlarmContext, createAlarm, idOf } from '../alarms';

/** What the runtime logs when it ends at the start: its configuration, or a model that must not serve. */
const FAILED_START = ['model_refused', 'start_failed'];
const NAMESPACE = 'Inferstack/Starts';
/** As the circuit breaker of rolling updates counts. */
const MOST_FAILED_STARTS = 2;

/**
 * Rings when replicas end at their start three times within the time they have for it. ECS has no circuit breaker where
 * it moves requests, and would start them again for 24 hours.
 */
export function createStartsAlarm(
  scope: Construct,
  context: Omit<AlarmContext, 'traffic' | 'windows'>,
  logGroup: LogGroup,
): Alarm {
  const { plan } = context;
  const period = Duration.minutes(startMinutes(context));
  const filter = new MetricFilter(scope, 'FailedStarts', {
    logGroup,
    filterPattern: FilterPattern.any(
      ...FAILED_START.map((event) => FilterPattern.stringValue('$.event', '=', event)),
    ),
    metricNamespace: NAMESPACE,
    // By the stack as well: another one of the account may hold an endpoint of this name.
    metricName: `${Stack.of(scope).stackName}/${plan.name}`,
    metricValue: '1',
  });
  return createAlarm(scope, 'StartsAlarm', context, {
    what: `More than ${MOST_FAILED_STARTS} replicas ended at their start within ${period.toMinutes()} minutes.`,
    metric: filter.metric({ statistic: Stats.SUM, period }),
    threshold: MOST_FAILED_STARTS,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    evaluationPeriods: 1,
  });
}

/** Rings when a replica of a target group has not been ready for as long as it may take. */
export function createUnreadyAlarm(
  scope: Construct,
  context: AlarmContext & { readonly part: string },
): Alarm {
  const minutes = startMinutes(context);
  return createAlarm(scope, idOf('UnreadyAlarm', context), context, {
    what: `A replica is not ready, for ${minutes} minutes.`,
    metric: context.traffic.unhealthyReplicas() as Metric,
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    evaluationPeriods: minutes,
    // A replica counts as not ready after three failed probes, and a new one takes its place now and then.
    datapointsToAlarm: Math.ceil(0.8 * minutes),
  });
}

const startMinutes = ({ plan }: Pick<AlarmContext, 'plan'>): number =>
  Math.ceil(plan.rollout.timeoutSeconds / 60);
