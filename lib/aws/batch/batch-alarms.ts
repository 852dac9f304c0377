import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BatchPlan } from '../../core';
import { addAlarmActions, describeAlarm } from '../alarms';
import type { FargateAlarmOptions } from '../fargate-endpoint-options';
import type { FargateBatchAlarms } from './fargate-batch-native';

const HOUR_SECONDS = 3600;

export interface AlarmProps {
  readonly plan: BatchPlan;
  readonly options: FargateAlarmOptions | undefined;
  readonly stateMachine: StateMachine;
}

export function createAlarms(scope: Construct, props: AlarmProps): FargateBatchAlarms {
  return { failed: createFailed(scope, props), missing: createMissing(scope, props) };
}

/** A run that failed, took too long or was stopped by somebody. */
function createFailed(scope: Construct, { plan, options, stateMachine }: AlarmProps): Alarm | undefined {
  if (!plan.monitoring.failed) return undefined;
  const period = Duration.minutes(5);
  const sum = { statistic: Stats.SUM, period };
  const alarm = new Alarm(scope, 'FailedAlarm', {
    alarmDescription: describeAlarm(plan, 'A run failed, took too long or was stopped.'),
    metric: new MathExpression({
      expression: 'FILL(failed, 0) + FILL(late, 0) + FILL(stopped, 0)',
      label: 'Runs without a result',
      usingMetrics: {
        failed: stateMachine.metricFailed(sum),
        late: stateMachine.metricTimedOut(sum),
        stopped: stateMachine.metricAborted(sum),
      },
      period,
    }),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  addAlarmActions(alarm, options);
  return alarm;
}

/** No run has succeeded for long, whatever the reason: also when none was started. It rings until the first has. */
function createMissing(scope: Construct, { plan, options, stateMachine }: AlarmProps): Alarm | undefined {
  const after = plan.monitoring.missingAfterSeconds;
  if (after === null) return undefined;
  const alarm = new Alarm(scope, 'MissingAlarm', {
    alarmDescription: describeAlarm(plan, `No run has succeeded for ${after / HOUR_SECONDS} hours.`),
    metric: stateMachine.metricSucceeded({ statistic: Stats.SUM, period: Duration.seconds(HOUR_SECONDS) }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: after / HOUR_SECONDS,
    treatMissingData: TreatMissingData.BREACHING,
  });
  addAlarmActions(alarm, options);
  return alarm;
}
