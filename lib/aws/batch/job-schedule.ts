import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { TimeZone } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BatchPlan } from '../../core';

/** undefined: runs when it is asked to. */
export function createSchedule(
  scope: Construct,
  { name, schedule }: BatchPlan,
  stateMachine: StateMachine,
): Schedule | undefined {
  if (schedule === null) return undefined;
  return new Schedule(scope, 'Schedule', {
    description: `Starts ${name}`,
    schedule: ScheduleExpression.expression(awsCron(schedule.cron), TimeZone.of(schedule.timeZone)),
    target: new StepFunctionsStartExecution(stateMachine, {}),
  });
}

/**
 * Five fields as EventBridge has them: one of the days is `?`, Sunday is 1, and there is a year.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function awsCron(cron: string): string {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = cron.split(' ') as [
    string,
    string,
    string,
    string,
    string,
  ];
  // Steps stay as they are: they count days, and do not name one.
  const shifted = dayOfWeek.replace(/(\/)?(\d+)/g, (_, step, day) =>
    step ? `/${day}` : `${Number(day) + 1}`,
  );
  const days = dayOfWeek === '*' ? `${dayOfMonth} ${month} ?` : `? ${month} ${shifted}`;
  return `cron(${minute} ${hour} ${days} *)`;
}
