import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EndpointPlan, MonitoringPlan } from '../core';
import type { TrafficMetrics } from './endpoint-metrics';
import type { FargateAlarmOptions } from './fargate-endpoint-options';

/** Alarms that also roll a deployment back; undefined when switched off. */
export interface DeploymentAlarms {
  readonly errors: Alarm | undefined;
  readonly latency: Alarm | undefined;
}

/** What the alarms of a deployment look at, whoever publishes it. */
export interface WatchedTraffic {
  /** Failed requests in percent of all; 0 below `minRequests`. */
  errorPercent(minRequests: number, period: Duration): IMetric;
  /** A percentile in milliseconds, p99 unless said; 0 below `minRequests`. */
  slowPercentile(minRequests: number, period: Duration, percentile?: number): IMetric;
}

export interface AlarmContext<Traffic extends WatchedTraffic = TrafficMetrics> {
  readonly plan: EndpointPlan;
  readonly traffic: Traffic;
  readonly options: FargateAlarmOptions | undefined;
  /** Windows an alarm looks back, by the seconds of one; one bad window is enough. */
  readonly windows: (windowSeconds: number) => number;
  /** Which part of the traffic is looked at, where several are: begins the id of every alarm. @default - all of it */
  readonly part?: string;
}

export function createDeploymentAlarms(
  scope: Construct,
  context: AlarmContext<WatchedTraffic>,
): DeploymentAlarms {
  return { errors: createErrors(scope, context), latency: createLatency(scope, context) };
}

function createErrors(scope: Construct, context: AlarmContext<WatchedTraffic>): Alarm | undefined {
  const errors = context.plan.monitoring.errors;
  if (errors === null) return undefined;
  const { maxPercent, minRequests, windowSeconds } = errors;
  return createAlarm(scope, idOf('ErrorsAlarm', context), context, {
    what: `More than ${maxPercent} % of the requests fail (from ${minRequests} requests in ${windowSeconds} s on).`,
    metric: context.traffic.errorPercent(minRequests, Duration.seconds(windowSeconds)),
    threshold: maxPercent,
    ...watch(context, windowSeconds),
  });
}

function createLatency(scope: Construct, context: AlarmContext<WatchedTraffic>): Alarm | undefined {
  const latency = context.plan.monitoring.latency;
  if (latency === null) return undefined;
  const { maxP99Ms, minRequests, windowSeconds } = latency;
  return createAlarm(scope, idOf('LatencyAlarm', context), context, {
    what: `1 % of the requests take longer than ${maxP99Ms} ms (from ${minRequests} requests in ${windowSeconds} s on).`,
    metric: context.traffic.slowPercentile(minRequests, Duration.seconds(windowSeconds)),
    threshold: maxP99Ms,
    ...watch(context, windowSeconds),
  });
}

/** Id of an alarm of a part. */
export const idOf = (id: string, { part = '' }: AlarmContext<WatchedTraffic>): string => `${part}${id}`;

/**
 * Fewer healthy replicas than wanted at all times, for five minutes. Not a deployment alarm: starting replicas are the
 * circuit breaker's business. It waits for the service, so that the first deployment does not ring it.
 */
export function createUnhealthyAlarm(
  scope: Construct,
  context: Omit<AlarmContext, 'windows'>,
  service: FargateService,
): Alarm {
  const { minReplicas } = context.plan.scaling;
  const alarm = createAlarm(scope, 'UnhealthyAlarm', context, {
    what: `Fewer than ${minReplicas} healthy replicas.`,
    metric: context.traffic.healthyReplicas(),
    threshold: minReplicas,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
  });
  alarm.node.addDependency(service);
  return alarm;
}

function watch({ windows }: AlarmContext<WatchedTraffic>, windowSeconds: number) {
  return {
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    evaluationPeriods: windows(windowSeconds),
    datapointsToAlarm: 1,
  };
}

export function createAlarm(
  scope: Construct,
  id: string,
  { plan, options, part }: Omit<AlarmContext<WatchedTraffic>, 'traffic' | 'windows'>,
  { what, ...props }: AlarmProps & { readonly what: string },
): Alarm {
  const path = part === undefined ? plan.path : `${plan.path}, ${part.toLowerCase()}`;
  const alarmDescription = describeAlarm({ path, monitoring: plan.monitoring }, what);
  const alarm = new Alarm(scope, id, { ...props, alarmDescription });
  addAlarmActions(alarm, options);
  return alarm;
}

/** What is wrong, where, and what to do about it. */
export function describeAlarm(
  {
    path,
    monitoring: { runbookUrl },
  }: { readonly path: string; readonly monitoring: Pick<MonitoringPlan, 'runbookUrl'> },
  what: string,
): string {
  return `${path}: ${what}${runbookUrl === null ? '' : ` Runbook: ${runbookUrl}`}`;
}

export function addAlarmActions(alarm: Alarm, options: FargateAlarmOptions = {}): void {
  const topicActions: IAlarmAction[] = options.topic === undefined ? [] : [new SnsAction(options.topic)];
  alarm.addAlarmAction(...topicActions, ...(options.actions ?? []));
  alarm.addOkAction(...topicActions);
}
