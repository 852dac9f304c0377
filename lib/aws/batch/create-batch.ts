import type { Construct } from 'constructs';
import {
  type BatchPlan,
  type BoundBatch,
  batchRuntimeConfig,
  type JobPlaces,
  type S3Place,
} from '../../core';
import { createLogGroup } from '../log-group';
import { createModelArtifacts, grantReadModels } from '../model-artifact';
import type { Network } from '../network';
import { warnIfUnreachable } from '../vpc-endpoints';
import { createAlarms } from './batch-alarms';
import { createBatchRoles } from './batch-roles';
import { grantData, s3Uri } from './data-rights';
import { FargateBatchNative } from './fargate-batch-native';
import type { FargateBatchOptions } from './fargate-batch-options';
import { createJobDefinition } from './job-definition';
import { createQueue } from './job-queue';
import { createSchedule } from './job-schedule';
import { createStateMachine } from './state-machine';

export interface BatchContext {
  readonly plan: BatchPlan;
  readonly options: FargateBatchOptions;
  readonly network: Network;
  readonly places: JobPlaces<S3Place>;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createBatch(scope: Construct, context: BatchContext): BoundBatch<FargateBatchNative> {
  const { plan, options, network, places } = context;
  warnIfUnreachable(scope, network);
  const [modelAsset] = createModelArtifacts(scope, [plan.model]);
  const runtimeConfig = batchRuntimeConfig(plan, {
    modelUri: modelAsset!.s3ObjectUrl,
    inputUri: s3Uri(places.input),
    outputUri: s3Uri(places.output),
    emf: true,
  });
  const roles = createBatchRoles(scope, options.roles);
  const logGroup = createLogGroup(scope, plan, options.protection);
  const { queue, securityGroups } = createQueue(scope, context);
  const jobDefinition = createJobDefinition(scope, { plan, options, runtimeConfig, roles, logGroup });
  // No worker starts before it may read.
  jobDefinition.node.addDependency(grantReadModels(scope, [modelAsset!], roles.jobRole));
  jobDefinition.node.addDependency(grantData(scope, places, roles.jobRole));
  const stateMachine = createStateMachine(scope, { plan, options, queue, jobDefinition });
  const schedule = createSchedule(scope, plan, stateMachine);
  const alarms = createAlarms(scope, { plan, options: options.alarms, stateMachine });
  const native = new FargateBatchNative({
    ...{ stateMachine, schedule, queue, jobDefinition, logGroup, securityGroups, alarms },
    ...{ ...roles, modelAsset: modelAsset! },
  });
  return { native, runtimeConfig, defaultChild: stateMachine };
}
