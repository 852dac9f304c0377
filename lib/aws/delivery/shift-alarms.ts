import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type AlarmContext, createDeploymentAlarms, type DeploymentAlarms } from '../alarms';
import { TrafficMetrics, type TrafficSource } from '../endpoint-metrics';
import { createGateAlarms } from '../gate-alarms';
import { createStartsAlarm, createUnreadyAlarm } from './start-alarms';

export interface ShiftAlarms extends DeploymentAlarms {
  /** All that bring the old version back. */
  readonly all: readonly Alarm[];
}

/**
 * The alarms of a rollout that moves requests. Either colour may have the new version, and a small share of the requests
 * vanishes among all of them: so each colour is judged by itself, by what its replicas answer. The 5xx of the load
 * balancer itself know no colour; they are watched together.
 */
export function createShiftAlarms(
  scope: Construct,
  context: Omit<AlarmContext, 'traffic' | 'windows'>,
  source: TrafficSource,
  logGroup: LogGroup,
): ShiftAlarms {
  const windows = () => 1;
  const whole = createDeploymentAlarms(scope, {
    ...{ ...context, windows, traffic: new TrafficMetrics(source) },
    // Of two latencies the slower one's colour has too few requests to be judged here.
    plan: { ...context.plan, monitoring: { ...context.plan.monitoring, latency: null } },
  });
  const colours = colourSources(source).map(([part, of]) => {
    const own = { ...context, windows, part, traffic: new TrafficMetrics(of) };
    const { errors, latency } = createDeploymentAlarms(scope, own);
    return { errors, latency, others: [createUnreadyAlarm(scope, own), ...createGateAlarms(scope, own)] };
  });
  const all = [
    whole.errors,
    ...colours.flatMap(({ errors, latency, others }) => [errors, latency, ...others]),
    createStartsAlarm(scope, context, logGroup),
  ];
  return {
    errors: whole.errors,
    latency: colours[0]?.latency,
    all: all.filter((alarm) => alarm !== undefined),
  };
}

function colourSources({ loadBalancer, targetGroup, alternateTargetGroup }: TrafficSource) {
  const of = (group: string): TrafficSource => ({
    loadBalancer,
    targetGroup: group,
    ownsLoadBalancer: false,
  });
  return [['Blue', of(targetGroup)] as const, ['Green', of(alternateTargetGroup!)] as const];
}
