import { BATCH_EXIT, BATCH_RETRYABLE, type BatchConfig } from '@inferstack/runtime/contract';
import {
  Action,
  EcsFargateContainerDefinition,
  EcsJobDefinition,
  EcsVolume,
  LinuxParameters,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import { CpuArchitecture, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Size, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BatchPlan } from '../../core';
import { runtimeContainerImage } from '../runtime-container-image';
import { RUNTIME_USER, SCRATCH } from '../task';
import { DEFAULT_STORAGE_GIB } from '../task-limits';
import type { BatchRoles } from './batch-roles';
import { workerStorageGiB } from './check-fargate-batch';
import type { FargateBatchOptions } from './fargate-batch-options';

/** For the runtime to end by itself, and to say why, before Batch ends it. */
const GRACE_SECONDS = 60;

/**
 * What Batch says when Fargate Spot capacity is taken away:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
const SPOT_INTERRUPTED = Reason.custom({ onStatusReason: 'Your Spot Task was interrupted*' });

export interface JobDefinitionProps {
  readonly plan: BatchPlan;
  readonly options: FargateBatchOptions;
  readonly runtimeConfig: BatchConfig;
  readonly roles: BatchRoles;
  readonly logGroup: ILogGroup;
}

export function createJobDefinition(scope: Construct, props: JobDefinitionProps): EcsJobDefinition {
  const { run } = props.plan;
  return new EcsJobDefinition(scope, 'Job', {
    container: createContainer(scope, props),
    timeout: Duration.seconds(run.timeoutSeconds + GRACE_SECONDS),
    retryAttempts: run.attempts,
    retryStrategies: retryStrategies(),
    propagateTags: true,
  });
}

/** Batch evaluates five rules at most, and retries what none of them names: lost capacity, failed starts, kills. */
function retryStrategies(): RetryStrategy[] {
  const final = Object.values(BATCH_EXIT).filter(
    (code) => code !== BATCH_EXIT.done && !BATCH_RETRYABLE.includes(code),
  );
  return [
    RetryStrategy.of(Action.RETRY, SPOT_INTERRUPTED),
    ...final.map((code) => RetryStrategy.of(Action.EXIT, Reason.custom({ onExitCode: `${code}` }))),
  ];
}

function createContainer(scope: Construct, props: JobDefinitionProps): EcsFargateContainerDefinition {
  const { plan, options, runtimeConfig, roles, logGroup } = props;
  const { resources, runtime } = plan;
  const storageGiB = workerStorageGiB(plan, options);
  const stack = Stack.of(scope);
  return new EcsFargateContainerDefinition(scope, 'Runtime', {
    image: runtimeContainerImage(scope, runtime.image, resources.architecture, undefined),
    cpu: resources.cpuMillis / 1000,
    memory: Size.mebibytes(resources.memoryMiB),
    fargateCpuArchitecture:
      resources.architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
    ephemeralStorageSize: storageGiB > DEFAULT_STORAGE_GIB ? Size.gibibytes(storageGiB) : undefined,
    assignPublicIp: false,
    executionRole: roles.executionRole,
    jobRole: roles.jobRole,
    user: RUNTIME_USER,
    readonlyRootFilesystem: true,
    linuxParameters: new LinuxParameters(scope, 'Linux', { initProcessEnabled: true }),
    volumes: [EcsVolume.host({ name: 'scratch', containerPath: SCRATCH })],
    environment: {
      INFERSTACK_CONFIG: stack.toJsonString(runtimeConfig),
      INFERSTACK_CACHE: `${SCRATCH}/inferstack`,
      AWS_REGION: stack.region,
    },
    logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'runtime' }),
  });
}
