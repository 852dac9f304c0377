import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { FargateBatchRoles } from './fargate-batch-options';

export interface BatchRoles {
  readonly jobRole: IRole;
  readonly executionRole: IRole;
}

/** Two roles: what starts a worker must not be what the runtime can use. */
export function createBatchRoles(scope: Construct, { job, execution }: FargateBatchRoles = {}): BatchRoles {
  return { jobRole: job ?? createJobRole(scope), executionRole: execution ?? createExecutionRole(scope) };
}

function createJobRole(scope: Construct): IRole {
  return new Role(scope, 'JobRole', {
    description: 'The workers of the scoring job: read model and input, write the output',
    // Only for tasks of this account: the service must not be talked into using it for another.
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
}

function createExecutionRole(scope: Construct): IRole {
  const role = new Role(scope, 'ExecutionRole', {
    description: 'Starts workers of the scoring job: pulls the image, writes logs',
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken has no resource-level permissions.',
  });
  return role;
}
