import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AlarmBehavior,
  type AlternateTarget,
  AvailabilityZoneRebalancing,
  FargatePlatformVersion,
  FargateService,
  type ICluster,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Annotations, Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, GRPC_PORT, INFERENCE_PORT } from '../core';
import { capacityStrategies } from './capacity';
import type { BoundDelivery } from './delivery/create-delivery';
import { deploymentProps } from './delivery/shift';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { type Network, taskSecurityGroups } from './network';
import type { Task } from './task';

export interface ServiceProps {
  readonly plan: EndpointPlan;
  readonly options: FargateEndpointOptions;
  readonly cluster: ICluster;
  readonly network: Network;
  readonly task: Task;
  readonly targetGroup: ApplicationTargetGroup;
  /** undefined without gRPC. */
  readonly grpcTargetGroup: ApplicationTargetGroup | undefined;
  /** Alarms that roll a deployment back. */
  readonly deploymentAlarms: readonly IAlarm[];
  /** undefined when tasks are replaced in one target group. */
  readonly delivery: BoundDelivery | undefined;
}

export function createService(scope: Construct, props: ServiceProps): FargateService {
  const { plan, options, cluster, network, task, deploymentAlarms, delivery } = props;
  // No desiredCount: a count in the template would undo autoscaling at every deployment.
  const service = new FargateService(scope, 'Service', {
    cluster,
    taskDefinition: task.taskDefinition,
    capacityProviderStrategies: capacityStrategies(plan, options.capacity),
    platformVersion: FargatePlatformVersion.LATEST,
    assignPublicIp: false,
    vpcSubnets: network.options.subnets ?? network.privateSubnets,
    securityGroups: taskSecurityGroups(scope, network, plan),
    ...deploymentProps(plan),
    lifecycleHooks: delivery && [delivery.hook.target],
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    deploymentAlarms: {
      alarmNames: deploymentAlarms.map((alarm) => alarm.alarmName),
      behavior: AlarmBehavior.ROLLBACK_ON_ALARM,
    },
    // Until then a replica that is not ready is still starting; after that it is a failed start.
    healthCheckGracePeriod: Duration.seconds(plan.rollout.timeoutSeconds),
    availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
    enableExecuteCommand: false,
    enableECSManagedTags: true,
    propagateTags: PropagatedTagSource.SERVICE,
  });
  // Tasks start with the rights of both roles; the policy of a role is made after the role.
  service.node.addDependency(task.taskDefinition.executionRole!);
  if (delivery !== undefined) waitFor(service, delivery);
  register(service, props);
  return service;
}

function register(
  service: FargateService,
  { task, targetGroup, grpcTargetGroup, delivery }: ServiceProps,
): void {
  const { containerName } = task.container;
  const target = (containerPort: number, alternateTarget: AlternateTarget | undefined) =>
    service.loadBalancerTarget({ containerName, containerPort, ...(alternateTarget && { alternateTarget }) });
  targetGroup.addTarget(target(INFERENCE_PORT, delivery?.alternateTarget));
  grpcTargetGroup?.addTarget(target(GRPC_PORT, delivery?.grpcAlternateTarget));
}

/** ECS begins to move requests with the first deployment, which creates the service. */
function waitFor(service: FargateService, { before }: BoundDelivery): void {
  service.node.addDependency(...before);
  Annotations.of(service).acknowledgeWarning(
    '@aws-cdk/aws-ecs:shouldUseCircuitBreaker',
    'ECS has it for rolling updates alone; alarms on failing starts and unready replicas take its place.',
  );
}
