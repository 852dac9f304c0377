import { find, type Inventory, type Item, only } from './account';
import type { Checklist } from './checklist';
import { BAKE_MINUTES, MAX_P99_MS, SCALING } from './deployed';

/** Autoscaling, alarms and the dashboard. */
export function checkWatching(list: Checklist, now: Inventory): void {
  checkScaling(list, now);
  checkAlarms(list, now);
  const body = JSON.parse(only(now.dashboards)['DashboardBody']);
  list.equal('dashboard: its first widget shows the alarms', body.widgets[0].properties.alarms, [
    ...ALARMS.map((name) => find(now.alarms, name)['AlarmArn']),
  ]);
}

const ALARMS = ['ErrorsAlarm', 'LatencyAlarm', 'UnhealthyAlarm'];

function checkScaling(list: Checklist, now: Inventory): void {
  const target = only(now.scalableTargets);
  const { minReplicas, maxReplicas, requestsPerReplica } = SCALING;
  list.equal('scaling: limits', [target['MinCapacity'], target['MaxCapacity']], [minReplicas, maxReplicas]);
  const service = only(now.services)['serviceArn'].split(':').pop();
  list.equal('scaling: of the service', target['ResourceId'], service);
  list.equal('scaling: two policies', now.scalingPolicies.length, 2);
  const cpu = configuration(now, 'ECSServiceAverageCPUUtilization');
  list.equal('scaling: on CPU', cpu['TargetValue'], 60);
  list.equal('scaling: out fast, in slowly', [cpu['ScaleOutCooldown'], cpu['ScaleInCooldown']], [60, 300]);
  const requests = configuration(now, 'ALBRequestCountPerTarget');
  list.equal('scaling: on requests, per minute', requests['TargetValue'], requestsPerReplica * 60);
  const label = requests['PredefinedMetricSpecification'].ResourceLabel;
  const measured = [only(now.loadBalancers)['LoadBalancerArn'], only(now.targetGroups)['TargetGroupArn']];
  list.equal('scaling: requests of this target group', label, measured.map(fullName).join('/'));
}

function configuration(now: Inventory, metric: string): Item {
  return find(now.scalingPolicies, metric)['TargetTrackingScalingPolicyConfiguration'];
}

/** `app/name/id` of a load balancer, `targetgroup/name/id` of a target group. */
function fullName(arn: string): string {
  return arn.split(':').pop()!.replace('loadbalancer/', '');
}

function checkAlarms(list: Checklist, now: Inventory): void {
  const errors = alarm(now, 'ErrorsAlarm');
  list.equal(
    'alarm on errors: percent',
    [errors['ComparisonOperator'], errors['Threshold']],
    ['GreaterThanThreshold', 1],
  );
  const latency = alarm(now, 'LatencyAlarm');
  list.equal('alarm on latency: ms', latency['Threshold'], MAX_P99_MS);
  for (const found of [errors, latency]) {
    const minutes = (found['EvaluationPeriods'] * period(found)) / 60;
    list.equal(`${short(found)}: looks back as long as the bake`, minutes, BAKE_MINUTES);
    list.equal(`${short(found)}: silence is no alarm`, found['TreatMissingData'], 'notBreaching');
  }
  const unhealthy = alarm(now, 'UnhealthyAlarm');
  list.equal(
    'alarm on healthy replicas',
    [unhealthy['ComparisonOperator'], unhealthy['Threshold']],
    ['LessThanThreshold', SCALING.minReplicas],
  );
  list.equal('alarm on healthy replicas: silence is an alarm', unhealthy['TreatMissingData'], 'breaching');
  const groups = new Set(JSON.stringify(now.alarms).match(/targetgroup\/[\w-]+\/\w+/g));
  const group = fullName(only(now.targetGroups)['TargetGroupArn']);
  list.equal('alarms: watch this target group', [...groups], [group]);
}

const alarm = (now: Inventory, name: string): Item =>
  only(now.alarms.filter(({ AlarmName }) => AlarmName.includes(name)));
const short = ({ AlarmName }: Item): string => ALARMS.find((name) => AlarmName.includes(name))!;

/** Seconds of each window. */
function period({ Metrics }: Item): number {
  const periods = new Set(Metrics.flatMap(({ MetricStat }: Item) => MetricStat?.Period ?? []));
  return only([...periods].map((seconds) => ({ seconds })))['seconds'];
}
