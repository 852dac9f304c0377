import { PredefinedMetric, ScalableTarget, ServiceNamespace } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EndpointPlan } from '../../core';
import type { InstanceType } from './instance-types';
import { type SageMakerMetrics, VARIANT } from './sagemaker-metrics';

export interface ScalingContext {
  readonly plan: EndpointPlan;
  readonly endpoint: CfnEndpoint;
  readonly instanceType: InstanceType;
  readonly traffic: SageMakerMetrics;
}

/**
 * Adds and removes instances on CPU and, when asked for, on requests; the policy that wants more wins. A fixed number
 * gets none: SageMaker lets the instance type change only while nothing scales.
 */
export function createScaling(scope: Construct, context: ScalingContext): ScalableTarget | undefined {
  const { plan, endpoint } = context;
  const { minReplicas, maxReplicas } = plan.scaling;
  if (minReplicas === maxReplicas) return undefined;
  const count = new ScalableTarget(scope, 'Scaling', {
    serviceNamespace: ServiceNamespace.SAGEMAKER,
    resourceId: `endpoint/${endpoint.attrEndpointName}/variant/${VARIANT}`,
    scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    minCapacity: minReplicas,
    maxCapacity: maxReplicas,
    role: Role.fromRoleArn(scope, 'ScalingRole', serviceLinkedRole(scope)),
  });
  addPolicies(count, context);
  return count;
}

function addPolicies(count: ScalableTarget, { plan, instanceType, traffic }: ScalingContext): void {
  const { cpuPercent, requestsPerReplica, scaleOutCooldownSeconds, scaleInCooldownSeconds } = plan.scaling;
  const cooldowns = {
    scaleOutCooldown: Duration.seconds(scaleOutCooldownSeconds),
    scaleInCooldown: Duration.seconds(scaleInCooldownSeconds),
  };
  // SageMaker sums the cores: 60 % of 4 cores are 240.
  const targetValue = cpuPercent * instanceType.cpus;
  count.scaleToTrackMetric('Cpu', { customMetric: traffic.cpu(), targetValue, ...cooldowns });
  if (requestsPerReplica === null) return;
  count.scaleToTrackMetric('Requests', {
    predefinedMetric: PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
    // It counts per minute.
    targetValue: requestsPerReplica * 60,
    ...cooldowns,
  });
}

/** Made by AWS when the first endpoint is registered. */
function serviceLinkedRole(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com',
    resourceName: 'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
  });
}
