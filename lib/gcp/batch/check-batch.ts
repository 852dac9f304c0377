import { type Problem, ProblemError } from '@inferstack/runtime/contract';
import { type BatchPlan, type GcsPlace, type JobPlaces, placeOn } from '../../core';
import { checkLabels, checkName, checkNumbers, checkPlace } from '../check-common';
import type { Checker } from '../checker';
import { CLOUD_RUN_IMAGES, checkImage } from '../image';
import { checkModelMemory, checkResources, MAX_RETENTION_DAYS } from '../limits';
import type { ModelBucket } from '../model-bucket';
import { checkAlarms } from '../notifications';
import type { CloudRunBatchOptions } from './cloud-run-batch-options';
import { GRACE_SECONDS } from './job';
import type { JobContext } from './job-context';

/** Of a task: https://cloud.google.com/run/docs/configuring/task-timeout; up to a day without a preview. */
const MAX_TASK_SECONDS = 86_400;

/** Everything that can be wrong before the first resource is created; else where the files are. */
export function checkBatch(
  check: Checker,
  context: JobContext,
  options: CloudRunBatchOptions,
  modelBucket: ModelBucket,
): JobPlaces<GcsPlace> {
  const { job } = context;
  const { model, ...known } = job;
  checkNumbers(check, known, '');
  checkName(check, context, options.name, 'a job of Cloud Run');
  checkPlace(check, context);
  checkLabels(check, options.labels ?? {});
  checkResources(check, job);
  checkModelMemory(check, { models: [model], resources: job.resources });
  checkPlatform(check, job);
  const retention = [1, MAX_RETENTION_DAYS] as const;
  check.number(
    'GCP_LOG_RETENTION',
    'monitoring.logRetentionDays',
    job.monitoring.logRetentionDays,
    retention,
  );
  checkImage(check, context, CLOUD_RUN_IMAGES);
  checkAlarms(check, options.alarms ?? {});
  modelBucket.check(check);
  const problems: Problem[] = [];
  const places = placeOn('gcp', job, problems);
  for (const problem of problems) check.take(problem);
  check.throwAll();
  if (places === undefined) throw new ProblemError(problems);
  return places;
}

function checkPlatform(check: Checker, { resources, run }: BatchPlan): void {
  if (resources.architecture !== 'x86_64') {
    check.unsupported('run.resources.architecture', {
      what: 'Cloud Run runs images for x86_64 alone',
      got: resources.architecture,
      allowed: 'x86_64',
      remedy: 'Build the image with --platform linux/amd64 and leave the architecture unset.',
    });
  }
  if (run.timeoutSeconds + GRACE_SECONDS <= MAX_TASK_SECONDS) return;
  check.unsupported('run.timeout', {
    what: 'Cloud Run ends a task after a day',
    got: `${run.timeoutSeconds} s`,
    allowed: `at most ${MAX_TASK_SECONDS - GRACE_SECONDS} s, so that the runtime ends first`,
    remedy: 'Lower the timeout, and score with more workers.',
  });
}
