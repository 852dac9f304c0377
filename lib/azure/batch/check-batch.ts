import { type Problem, ProblemError } from '@inferstack/runtime/contract';
import { type BatchPlan, type BlobPlace, isUnresolved, type JobPlaces, placeOn } from '../../core';
import { CONTAINER_APP_NAMES, checkName } from '../check-common';
import { refuseUnknown } from '../check-known';
import { checkPlace } from '../check-place';
import type { Checker } from '../checker';
import { checkNetwork, checkWorkspace } from '../network';
import { checkImage } from '../registry';
import { checkSize, checkStorage } from '../sizes';
import { checkLogRetention } from '../workspace';
import type { ContainerAppBatchOptions } from './container-app-batch-options';

/** A rule looks back so far: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule */
const MAX_LOOK_BACK_SECONDS = 2 * 86_400;
const NAMES = { of: 'a job of Container Apps', ...CONTAINER_APP_NAMES };
const SAME_AS_UTC = ['UTC', 'Etc/UTC'];

/** Everything that can be wrong before the first resource is created; else where the files are. */
export function checkBatch(
  check: Checker,
  plan: BatchPlan,
  options: ContainerAppBatchOptions,
): JobPlaces<BlobPlace> {
  checkNumbers(check, plan);
  checkName(check, options.name ?? plan.name, options.name !== undefined, NAMES);
  checkPlace(check, options);
  checkLogRetention(check, plan, options.workspace);
  checkImage(check, plan, options.registry, 'run.image');
  checkSize(check, plan, 'run.resources');
  checkStorage(check, { models: [plan.model], resources: plan.resources });
  checkSchedule(check, plan);
  checkMissing(check, plan);
  checkNetwork(check, options);
  checkWorkspace(check, options);
  check.addressRanges('target.modelStorage.allowFrom', options.modelStorage?.allowFrom);
  const problems: Problem[] = [];
  const places = placeOn('azure', plan, problems);
  for (const problem of problems) check.take(problem);
  check.throwAll();
  if (places === undefined) throw new ProblemError(problems);
  return places;
}

function checkNumbers(check: Checker, { run, resources, monitoring }: BatchPlan): void {
  refuseUnknown(check, [
    ['run.parallelism', run.parallelism],
    ['run.timeout', run.timeoutSeconds],
    ['run.attempts', run.attempts],
    ['run.resources.cpuMillis', resources.cpuMillis],
    ['run.resources.memoryMiB', resources.memoryMiB],
    ['monitoring.missing.after', monitoring.missingAfterSeconds],
  ]);
}

/** Source: https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs */
function checkSchedule(check: Checker, { schedule }: BatchPlan): void {
  if (schedule === null || SAME_AS_UTC.includes(schedule.timeZone)) return;
  check.unsupported('schedule.timeZone', {
    what: 'Container Apps evaluates the schedule of a job in UTC',
    got: schedule.timeZone,
    allowed: 'UTC',
    remedy: 'Give the time in UTC; where clocks change, choose one that fits in summer and in winter.',
  });
}

function checkMissing(check: Checker, { monitoring: { missingAfterSeconds: after } }: BatchPlan): void {
  if (after === null || isUnresolved(after) || after <= MAX_LOOK_BACK_SECONDS) return;
  check.unsupported('monitoring.missing.after', {
    what: 'a rule of Azure Monitor on a query looks back 2 days at most',
    got: `${after / 3600} hours`,
    allowed: `${MAX_LOOK_BACK_SECONDS / 3600} hours or less`,
    remedy: 'Run more often, or give monitoring.missing: false and watch from outside.',
  });
}
