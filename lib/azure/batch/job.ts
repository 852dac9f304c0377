import { ContainerAppJob } from '@cdktf/provider-azurerm/lib/container-app-job';
import type { BatchConfig } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import type { BatchPlan } from '../../core';
import { type ITerraformDependable, jsonDocument, literal } from '../../terraform';
import { WORKLOAD_PROFILE } from '../environment';
import type { IdentityReference } from '../references';
import { registryImage } from '../registry';
import { containerSize } from '../sizes';
import type { JobContext } from './job-context';

/** For the runtime to end by itself, and to say why, before Container Apps ends it. */
const GRACE_SECONDS = 60;

export interface JobParts {
  readonly config: BatchConfig;
  readonly environmentId: string;
  readonly identity: IdentityReference;
  /** Rights and objects a worker needs when it starts. */
  readonly needs: readonly ITerraformDependable[];
}

/** A replica for each worker, all at the same time. */
export function createJob(
  scope: Construct,
  context: JobContext,
  { config, environmentId, identity, needs }: JobParts,
): ContainerAppJob {
  const { job, options } = context;
  const server = options.registry?.loginServer;
  return new ContainerAppJob(scope, 'Job', {
    ...context.placed,
    name: context.name,
    containerAppEnvironmentId: environmentId,
    workloadProfileName: WORKLOAD_PROFILE,
    replicaTimeoutInSeconds: job.run.timeoutSeconds + GRACE_SECONDS,
    replicaRetryLimit: job.run.attempts - 1,
    ...trigger(job),
    identity: { type: 'UserAssigned', identityIds: [identity.id] },
    registry: server === undefined ? undefined : [{ server: literal(server), identity: identity.id }],
    template: {
      container: [
        {
          name: 'runtime',
          image: literal(registryImage(job).reference),
          ...containerSize(job.resources),
          env: [
            { name: 'INFERSTACK_CONFIG', value: jsonDocument(config) },
            // Names the identity that model and files are reached with: a job may have several.
            { name: 'AZURE_CLIENT_ID', value: identity.clientId },
          ],
        },
      ],
    },
    dependsOn: [...needs],
  });
}

/** A run is complete when every worker has ended well. */
function trigger({ schedule, run: { parallelism } }: BatchPlan) {
  const workers = { parallelism, replicaCompletionCount: parallelism };
  if (schedule === null) return { manualTriggerConfig: workers };
  return { scheduleTriggerConfig: { ...workers, cronExpression: schedule.cron } };
}
