import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AlarmBehavior,
  AvailabilityZoneRebalancing,
  DeploymentStrategy,
  FargatePlatformVersion,
  FargateService,
  type ICluster,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, GRPC_PORT, INFERENCE_PORT } from '../core';
import { capacityStrategies } from './capacity';
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
  readonly deploymentAlarms: readonly Alarm[];
}

export function createService(scope: Construct, props: ServiceProps): FargateService {
  const { plan, options, cluster, network, task, targetGroup, deploymentAlarms } = props;
  // No desiredCount: a count in the template would undo autoscaling at every deployment.
  const service = new FargateService(scope, 'Service', {
    cluster,
    taskDefinition: task.taskDefinition,
    capacityProviderStrategies: capacityStrategies(plan, options.capacity),
    platformVersion: FargatePlatformVersion.LATEST,
    assignPublicIp: false,
    vpcSubnets: network.options.subnets ?? network.privateSubnets,
    securityGroups: taskSecurityGroups(scope, network, plan),
    deploymentStrategy: DeploymentStrategy.ROLLING,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
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
  const target = (containerPort: number) =>
    service.loadBalancerTarget({ containerName: task.container.containerName, containerPort });
  targetGroup.addTarget(target(INFERENCE_PORT));
  props.grpcTargetGroup?.addTarget(target(GRPC_PORT));
  return service;
}
