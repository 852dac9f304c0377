import { type Problem, show } from '@inferstack/runtime/contract';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isUnresolved, type MonitoringPlan } from '../core';

// RetentionDays is a numeric enum of days; its INFINITE is no number of days.
const offered = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE)
  .sort((a, b) => a - b);

/** Refuses a retention that CloudWatch Logs does not offer. */
export function checkLogRetention({
  path,
  monitoring,
}: {
  readonly path: string;
  readonly monitoring: Pick<MonitoringPlan, 'logRetentionDays'>;
}): Problem[] {
  const days = monitoring.logRetentionDays;
  if (isUnresolved(days) || offered.includes(days)) return [];
  return [
    {
      code: 'AWS_LOG_RETENTION',
      at: `${path}: monitoring.logRetentionDays`,
      what: 'CloudWatch Logs does not offer this retention',
      got: show(days),
      allowed: offered.join(', '),
      remedy: `Use ${offered.find((allowed) => allowed >= days) ?? offered.at(-1)}.`,
    },
  ];
}
