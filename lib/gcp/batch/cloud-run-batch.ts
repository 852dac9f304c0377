import type { Construct } from 'constructs';
import {
  type BatchPlan,
  type BatchTarget,
  type BoundBatch,
  batchRuntimeConfig,
  type GcsPlace,
  type JobPlaces,
} from '../../core';
import { requireDurableState, requireProvider, requireStack } from '../../terraform';
import { Checker } from '../checker';
import { deliverModels } from '../delivered-models';
import { warnIfNotPinned } from '../image';
import { createLogs } from '../logs';
import { ModelBucket } from '../model-bucket';
import { createChannels } from '../notifications';
import { PROVIDER } from '../provider-remedy';
import { createAlerts } from './alerts';
import { checkBatch } from './check-batch';
import type { CloudRunBatchNative } from './cloud-run-batch-native';
import type { CloudRunBatchOptions } from './cloud-run-batch-options';
import { grantData, gsUri } from './data-access';
import { createJob } from './job';
import { JobContext } from './job-context';
import { createSchedule } from './schedule';

/**
 * Scores files with a job of Cloud Run that Cloud Scheduler starts, as Terraform resources written by cdktf. The image is
 * pulled from a registry (`RuntimeImage.fromRegistry`).
 */
export class CloudRunBatch implements BatchTarget<CloudRunBatchNative> {
  readonly platform = 'gcp';

  constructor(private readonly options: CloudRunBatchOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Cloud Run cannot honour a setting. */
  bind(scope: Construct, plan: BatchPlan): BoundBatch<CloudRunBatchNative> {
    const { options } = this;
    const stack = requireStack(scope, plan.path, 'CloudRunBatch');
    const context = new JobContext(plan, options.name ?? plan.name, options, options.labels ?? {});
    const modelBucket = options.modelBucket ?? ModelBucket.created();
    const places = checkBatch(new Checker(plan.path), context, options, modelBucket);
    requireProvider(stack, 'google', PROVIDER);
    requireDurableState(stack);
    warnIfNotPinned(scope, context);
    return create(scope, context, { options, modelBucket, places });
  }
}

interface Parts {
  readonly options: CloudRunBatchOptions;
  readonly modelBucket: ModelBucket;
  readonly places: JobPlaces<GcsPlace>;
}

function create(scope: Construct, context: JobContext, parts: Parts): BoundBatch<CloudRunBatchNative> {
  const { options, modelBucket, places } = parts;
  const { serviceAccount, alarms } = options;
  const { uris, identity, resources } = deliverModels(scope, context, {
    ...{ modelBucket, previousModels: undefined, serviceAccount },
  });
  const runtimeConfig = batchRuntimeConfig(
    { ...context.job, name: context.name },
    { modelUri: uris[0]!, inputUri: gsUri(places.input), outputUri: gsUri(places.output) },
  );
  const dataAccess = grantData(scope, context, places, identity.member);
  const { modelObjects, modelAccess } = resources;
  const dependsOn = [...modelObjects, modelAccess, ...dataAccess];
  const job = createJob(scope, context, { options, identity, config: runtimeConfig, dependsOn });
  const { created, ids } = createChannels(scope, context, alarms ?? {});
  const native: CloudRunBatchNative = {
    ...{ job, modelObjects, modelAccess, dataAccess, serviceAccount: identity.serviceAccount },
    schedule: createSchedule(scope, context, job),
    logs: createLogs(scope, context, logFilter(context)),
    ...createAlerts(scope, context, ids),
    notificationChannels: created,
  };
  return { native, runtimeConfig, defaultChild: job };
}

function logFilter({ name, region }: JobContext): string {
  const labels = `resource.labels.job_name="${name}" AND resource.labels.location="${region}"`;
  return `resource.type="cloud_run_job" AND ${labels}`;
}
