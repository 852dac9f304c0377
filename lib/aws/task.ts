import type { RuntimeConfig } from '@inferstack/runtime/contract';
import {
  AppProtocol,
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  type ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, Size, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, GRPC_PORT, INFERENCE_PORT } from '../core';
import { cpuUnits } from './fargate-sizes';
import type { Roles } from './roles';
import { DEFAULT_STORAGE_GIB, stopSeconds, storageGiB } from './task-limits';

/** The user of the image. By number, so that ECS can tell it is not root. */
export const RUNTIME_USER = '10001:10001';
export const SCRATCH = '/tmp';
const LIVE_CHECK =
  `fetch('http://127.0.0.1:${INFERENCE_PORT}/v2/health/live')` +
  `.then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`;

export interface TaskProps {
  readonly plan: EndpointPlan;
  readonly runtimeConfig: RuntimeConfig;
  readonly image: ContainerImage;
  readonly roles: Roles;
  readonly logGroup: ILogGroup;
}

export interface Task {
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
}

export function createTask(scope: Construct, props: TaskProps): Task {
  const taskDefinition = createDefinition(scope, props);
  const container = addRuntime(scope, taskDefinition, props);
  container.addMountPoints({ sourceVolume: 'scratch', containerPath: SCRATCH, readOnly: false });
  return { taskDefinition, container };
}

function createDefinition(scope: Construct, { plan, roles }: TaskProps): FargateTaskDefinition {
  const { cpuMillis, memoryMiB, architecture } = plan.resources;
  const storage = storageGiB(plan);
  const definition = new FargateTaskDefinition(scope, 'Task', {
    cpu: cpuUnits(cpuMillis),
    memoryLimitMiB: memoryMiB,
    ephemeralStorageGiB: storage > DEFAULT_STORAGE_GIB ? storage : undefined,
    runtimePlatform: {
      operatingSystemFamily: OperatingSystemFamily.LINUX,
      cpuArchitecture: architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
    },
    taskRole: roles.taskRole,
    executionRole: roles.executionRole,
    volumes: [{ name: 'scratch' }],
  });
  Validations.of(definition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'The configuration of the runtime holds no secrets, and ECS has no other place for it.',
  });
  return definition;
}

function addRuntime(scope: Construct, task: FargateTaskDefinition, props: TaskProps): ContainerDefinition {
  const { plan, runtimeConfig, image, logGroup } = props;
  const stack = Stack.of(scope);
  const linuxParameters = new LinuxParameters(scope, 'Linux', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(Capability.ALL);
  return task.addContainer('Runtime', {
    containerName: 'runtime',
    image,
    user: RUNTIME_USER,
    readonlyRootFilesystem: true,
    linuxParameters,
    portMappings: [
      { name: 'http', containerPort: INFERENCE_PORT, appProtocol: AppProtocol.http },
      ...(plan.runtime.grpc
        ? [{ name: 'grpc', containerPort: GRPC_PORT, appProtocol: AppProtocol.grpc }]
        : []),
    ],
    stopTimeout: Duration.seconds(stopSeconds(plan)),
    environment: {
      INFERSTACK_CONFIG: stack.toJsonString(runtimeConfig),
      INFERSTACK_CACHE: `${SCRATCH}/inferstack`,
      AWS_REGION: stack.region,
    },
    healthCheck: {
      command: ['CMD', 'node', '-e', LIVE_CHECK],
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      retries: 3,
      // The longest ECS allows; a runtime that answers earlier is healthy earlier.
      startPeriod: Duration.minutes(5),
    },
    logging: LogDrivers.awsLogs({
      logGroup,
      streamPrefix: 'runtime',
      // Predictions never wait for logs: beyond the buffer, lines are dropped.
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(25),
    }),
  });
}
