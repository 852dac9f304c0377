import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { type EndpointPlan, inSecretVariable, runtimeConfig } from '../core';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { createLogGroup } from './log-group';
import { createModelArtifacts, grantReadModels } from './model-artifact';
import { createRoles } from './roles';
import { runtimeContainerImage } from './runtime-container-image';
import { addRuntimeSecrets } from './runtime-secrets';
import { createTask, type Task } from './task';

export interface Workload extends Task {
  readonly modelAssets: readonly Asset[];
  readonly config: RuntimeConfig;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  readonly logGroup: LogGroup;
}

/** What a replica is: models, image, configuration, rights. */
export function createWorkload(
  scope: Construct,
  { plan, options }: { readonly plan: EndpointPlan; readonly options: FargateEndpointOptions },
): Workload {
  const modelAssets = createModelArtifacts(scope, plan.models);
  const modelUris = modelAssets.map(({ s3ObjectUrl }) => s3ObjectUrl);
  const config = runtimeConfig(plan, { modelUris, emf: true, credentials: inSecretVariable });
  const roles = createRoles(scope, options.roles);
  const readModels = grantReadModels(scope, modelAssets, roles.taskRole);
  const logGroup = createLogGroup(scope, plan, options.protection);
  const { image } = plan.runtime;
  const task = createTask(scope, {
    plan,
    runtimeConfig: config,
    image: runtimeContainerImage(scope, image, plan.resources.architecture, options.registryCredentials),
    roles,
    logGroup,
  });
  // No task starts before it may read.
  task.taskDefinition.node.addDependency(readModels);
  addRuntimeSecrets(scope, task.container, plan);
  return { modelAssets, config, logGroup, ...roles, ...task };
}
