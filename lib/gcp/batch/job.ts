import { CloudRunV2Job } from '@cdktf/provider-google/lib/cloud-run-v2-job';
import type { BatchConfig } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { jsonDocument, literal, type TerraformResource } from '../../terraform';
import type { Identity } from '../identity';
import { imageReference } from '../image';
import { cpuLimit } from '../limits';
import { vpcAccess } from '../service';
import type { CloudRunBatchOptions } from './cloud-run-batch-options';
import type { JobContext } from './job-context';

/** For the runtime to end by itself, and to say why, before Cloud Run ends it. */
export const GRACE_SECONDS = 60;

export interface JobParts {
  readonly options: CloudRunBatchOptions;
  readonly identity: Identity;
  readonly config: BatchConfig;
  /** What a worker needs when it starts: the package, and its rights. */
  readonly dependsOn: TerraformResource[];
}

/** A task for each worker, all at the same time. */
export function createJob(scope: Construct, context: JobContext, parts: JobParts): CloudRunV2Job {
  const { name, project, region, labels, job } = context;
  const { options, identity, config, dependsOn } = parts;
  const { run, resources } = job;
  return new CloudRunV2Job(scope, 'Job', {
    name,
    project,
    location: region,
    labels,
    annotations: context.modelMetadata,
    deletionProtection: options.deletionProtection ?? true,
    template: {
      labels,
      annotations: context.modelMetadata,
      taskCount: run.parallelism,
      parallelism: run.parallelism,
      template: {
        serviceAccount: identity.email,
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        maxRetries: run.attempts - 1,
        timeout: `${run.timeoutSeconds + GRACE_SECONDS}s`,
        containers: [
          {
            name: 'runtime',
            image: literal(imageReference(context.plan)),
            env: [{ name: 'INFERSTACK_CONFIG', value: jsonDocument(config) }],
            resources: {
              limits: { cpu: cpuLimit(resources.cpuMillis), memory: `${resources.memoryMiB}Mi` },
            },
          },
        ],
        vpcAccess: options.network === undefined ? undefined : vpcAccess(options.network),
      },
    },
    dependsOn,
  });
}
