import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { FargateRoleOptions } from './fargate-endpoint-options';

export interface Roles {
  readonly taskRole: IRole;
  readonly executionRole: IRole;
}

/** Two roles: what starts the task must not be what the runtime can use. */
export function createRoles(scope: Construct, options: FargateRoleOptions = {}): Roles {
  return {
    taskRole: options.task ?? createTaskRole(scope),
    executionRole: options.execution ?? createExecutionRole(scope),
  };
}

function createTaskRole(scope: Construct): IRole {
  return new Role(scope, 'TaskRole', {
    description: 'The runtime of the model endpoint: reads its model',
    // Only for tasks of this account: the service must not be talked into using it for another.
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
}

function createExecutionRole(scope: Construct): IRole {
  const role = new Role(scope, 'ExecutionRole', {
    description: 'Starts replicas of the model endpoint: pulls the image, writes logs',
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken has no resource-level permissions.',
  });
  return role;
}
