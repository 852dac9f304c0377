import {
  MonitorAutoscaleSetting,
  type MonitorAutoscaleSettingProfileRule,
} from '@cdktf/provider-azurerm/lib/monitor-autoscale-setting';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import { isoDuration } from '../alert-windows';
import { deploymentIdOf, endpointIdOf, type MachineLearningContext } from './arm-resources';
import type { MachineLearningTemplates } from './ml-templates';

/** Replicas go when the rest would stay this much below the limit, so that none is added again at once. */
const SCALE_IN_SHARE = 0.5;
const DEPLOYMENTS = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments';
const ENDPOINTS = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints';

interface Measure {
  readonly metricName: string;
  readonly metricNamespace: string;
  readonly metricResourceId: string;
  readonly perReplica: boolean;
  readonly limit: number;
}

/** Rules on CPU, and on requests where the plan says so; any one adds a replica, all of them have to agree to remove one. */
export function createAutoscale(
  scope: Construct,
  context: MachineLearningContext,
  { traffic, release }: MachineLearningTemplates,
): MonitorAutoscaleSetting {
  const { minReplicas, maxReplicas } = context.plan.scaling;
  const target = literal(deploymentIdOf(context, release));
  return new MonitorAutoscaleSetting(scope, 'Autoscale', {
    name: `${context.name}-replicas`,
    ...context.placed,
    location: literal(context.options.machineLearning.location),
    targetResourceId: target,
    enabled: true,
    profile: [
      {
        name: 'replicas',
        capacity: { default: minReplicas, minimum: minReplicas, maximum: maxReplicas },
        rule: measures(context, target).flatMap((measure) => rules(context, measure)),
      },
    ],
    dependsOn: [traffic],
  });
}

function measures(context: MachineLearningContext, deployment: string): Measure[] {
  const { cpuPercent, requestsPerReplica } = context.plan.scaling;
  const cpu: Measure = {
    metricName: 'CpuUtilizationPercentage',
    metricNamespace: DEPLOYMENTS,
    metricResourceId: deployment,
    perReplica: false,
    limit: cpuPercent,
  };
  if (requestsPerReplica === null) return [cpu];
  const requests: Measure = {
    metricName: 'RequestsPerMinute',
    metricNamespace: ENDPOINTS,
    metricResourceId: literal(endpointIdOf(context)),
    perReplica: true,
    limit: requestsPerReplica * 60,
  };
  return [cpu, requests];
}

function rules({ plan }: MachineLearningContext, measure: Measure): MonitorAutoscaleSettingProfileRule[] {
  const { scaleOutCooldownSeconds, scaleInCooldownSeconds } = plan.scaling;
  const trigger = (operator: string, threshold: number) => ({
    metricName: measure.metricName,
    metricNamespace: measure.metricNamespace,
    metricResourceId: measure.metricResourceId,
    divideByInstanceCount: measure.perReplica,
    operator,
    threshold,
    statistic: 'Average',
    timeAggregation: 'Average',
    timeGrain: 'PT1M',
    timeWindow: 'PT5M',
  });
  const action = (direction: string, seconds: number) => ({
    direction,
    type: 'ChangeCount',
    value: 1,
    cooldown: isoDuration(seconds),
  });
  return [
    {
      metricTrigger: trigger('GreaterThan', measure.limit),
      scaleAction: action('Increase', scaleOutCooldownSeconds),
    },
    {
      metricTrigger: trigger('LessThan', measure.limit * SCALE_IN_SHARE),
      scaleAction: action('Decrease', scaleInCooldownSeconds),
    },
  ];
}
