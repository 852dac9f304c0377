import { BATCH_EXIT } from '@inferstack/runtime/contract';
import { type JobSpec, KubeCronJob, type PodFailurePolicy } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { JobContext } from './job-context';
import type { KubernetesBatchOptions } from './kubernetes-batch-options';
import { type WorkerParts, workerPod } from './worker-pod';

/** A schedule that is never followed, since the CronJob is suspended; it has to have one. */
const NEVER = '0 0 1 1 *';
/** A run that could not start by then is left out: the next one scores what is there. */
const STARTING_DEADLINE_SECONDS = 600;
/** Waiting for a node and the image, for each attempt. */
const START_SECONDS = 900;
const KEPT_JOBS = 3;

/** Starts a run at its times, one at a time. */
export function cronJob(
  scope: Construct,
  context: JobContext,
  options: KubernetesBatchOptions,
  parts: WorkerParts,
): KubeCronJob {
  const { schedule } = context.job;
  return new KubeCronJob(scope, 'CronJob', {
    metadata: context.metadata('', 'scoring-job'),
    spec: {
      schedule: schedule?.cron ?? NEVER,
      timeZone: schedule?.timeZone ?? 'UTC',
      suspend: schedule === null,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: STARTING_DEADLINE_SECONDS,
      successfulJobsHistoryLimit: KEPT_JOBS,
      failedJobsHistoryLimit: KEPT_JOBS,
      jobTemplate: {
        metadata: { labels: context.labels('scoring-job') },
        spec: jobSpec(context, options, parts),
      },
    },
  });
}

function jobSpec(context: JobContext, options: KubernetesBatchOptions, parts: WorkerParts): JobSpec {
  const { parallelism, attempts, timeoutSeconds } = context.job.run;
  return {
    completionMode: 'Indexed',
    completions: parallelism,
    parallelism,
    // A pod's own deadline begins on its node: one that finds none would wait for ever, and every later run with it.
    activeDeadlineSeconds: attempts * (timeoutSeconds + START_SECONDS),
    // Each worker by itself: one that fails does not take the tries of the others.
    backoffLimitPerIndex: attempts - 1,
    podFailurePolicy: FAILURES,
    template: {
      metadata: {
        labels: context.labels('scoring-job'),
        annotations: {
          // Kubernetes keeps no logs; the collector that does can read this.
          'inferstack.dev/log-retention-days': String(context.job.monitoring.logRetentionDays),
        },
      },
      spec: workerPod(context, options, parts),
    },
  };
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy */
const FAILURES: PodFailurePolicy = {
  rules: [
    // Taken away by the cluster: no fault of the worker, and no try lost.
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    // Wrong for all workers.
    { action: 'FailJob', onExitCodes: exitCodes(BATCH_EXIT.badConfig, BATCH_EXIT.modelRefused) },
    // Wrong for this one, however often it is tried.
    { action: 'FailIndex', onExitCodes: exitCodes(BATCH_EXIT.badData, BATCH_EXIT.timedOut) },
  ],
};

function exitCodes(...values: number[]) {
  return { containerName: 'runtime', operator: 'In', values };
}
