import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { type EndpointPlan, runtimeConfig } from '../core';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { createLogGroup } from './log-group';
import { createModelArtifact, grantReadModel } from './model-artifact';
import { createRoles } from './roles';
import { runtimeContainerImage } from './runtime-container-image';
import { createTask, type Task } from './task';

export interface Workload extends Task {
  readonly modelAsset: Asset;
  readonly config: RuntimeConfig;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  readonly logGroup: LogGroup;
}

/** What a replica is: model, image, configuration, rights. */
export function createWorkload(
  scope: Construct,
  { plan, options }: { readonly plan: EndpointPlan; readonly options: FargateEndpointOptions },
): Workload {
  const modelAsset = createModelArtifact(scope, plan.model);
  const config = runtimeConfig(plan, { modelUri: modelAsset.s3ObjectUrl, emf: true });
  const roles = createRoles(scope, options.roles);
  grantReadModel(modelAsset, roles.taskRole);
  const logGroup = createLogGroup(scope, plan, options.protection);
  const { image } = plan.runtime;
  const task = createTask(scope, {
    plan,
    runtimeConfig: config,
    image: runtimeContainerImage(scope, image, plan.resources.architecture, options.registryCredentials),
    roles,
    logGroup,
  });
  return { modelAsset, config, logGroup, ...roles, ...task };
}
