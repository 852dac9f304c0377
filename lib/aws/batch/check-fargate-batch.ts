import { type Problem, ProblemError, show } from '@inferstack/runtime/contract';
import { type BatchPlan, isUnresolved, type JobPlaces, placeOn, type S3Place } from '../../core';
import { unknownAtSynthesis } from '../check-known';
import { checkFargateSize } from '../fargate-sizes';
import { checkLogRetention } from '../log-retention';
import { checkNetwork, type Network } from '../network';
import { checkImage } from '../runtime-container-image';
import { DEFAULT_STORAGE_GIB, MAX_STORAGE_GIB, neededStorageGiB } from '../task-limits';
import { throwPlanProblems } from '../throw-plan-problems';
import type { FargateBatchOptions } from './fargate-batch-options';

/** An alarm looks back at most so long: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_ALARM_SECONDS = 7 * 86_400;

/** Everything that AWS cannot do with this plan and these options, thrown at once; else where the files are. */
export function checkFargateBatch(
  plan: BatchPlan,
  options: FargateBatchOptions,
  network: Network,
): JobPlaces<S3Place> {
  const problems: Problem[] = [
    ...checkKnown(plan),
    ...checkFargateSize(plan),
    ...checkLogRetention(plan),
    ...checkImage(plan),
    ...checkNetwork(plan.path, network, 'workers need'),
    ...checkMissing(plan),
    ...checkStorage(plan, options),
  ];
  const places = placeOn('aws', plan, problems);
  throwPlanProblems(problems, plan);
  if (places === undefined) throw new ProblemError(problems);
  return places;
}

function checkKnown({ path, run, resources, monitoring }: BatchPlan): Problem[] {
  return unknownAtSynthesis(path, [
    ['run.parallelism', run.parallelism],
    ['run.timeout', run.timeoutSeconds],
    ['run.attempts', run.attempts],
    ['run.resources.cpuMillis', resources.cpuMillis],
    ['monitoring.missing.after', monitoring.missingAfterSeconds],
  ]);
}

function checkMissing({ path, monitoring: { missingAfterSeconds } }: BatchPlan): Problem[] {
  if (missingAfterSeconds === null || isUnresolved(missingAfterSeconds)) return [];
  if (missingAfterSeconds <= MAX_ALARM_SECONDS) return [];
  return [
    {
      code: 'TARGET_UNSUPPORTED',
      at: `${path}: monitoring.missing.after`,
      what: 'a CloudWatch alarm looks back 7 days at most',
      got: `${missingAfterSeconds / 3600} hours`,
      allowed: '168 hours or less',
      remedy: 'Run more often, or give monitoring.missing: false and watch from outside.',
    },
  ];
}

/** Of one worker. */
export function workerStorageGiB({ model }: BatchPlan, { storageGiB }: FargateBatchOptions): number {
  return storageGiB ?? Math.max(DEFAULT_STORAGE_GIB, neededStorageGiB([model]));
}

function checkStorage(plan: BatchPlan, options: FargateBatchOptions): Problem[] {
  const { path, model } = plan;
  const storageGiB = workerStorageGiB(plan, options);
  if (isUnresolved(storageGiB)) return [];
  const needed = Math.max(DEFAULT_STORAGE_GIB, neededStorageGiB([model]));
  if (Number.isInteger(storageGiB) && storageGiB >= needed && storageGiB <= MAX_STORAGE_GIB) return [];
  return [
    {
      code: 'AWS_STORAGE',
      at: `${path}: target.storageGiB`,
      what: 'a Fargate task cannot have this disk, or image and model do not fit it',
      got: show(storageGiB),
      allowed: `a whole number, ${needed} to ${MAX_STORAGE_GIB}`,
      remedy: needed > MAX_STORAGE_GIB ? 'Use a smaller or quantized model.' : 'Correct the value.',
    },
  ];
}
