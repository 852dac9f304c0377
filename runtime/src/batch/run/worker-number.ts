import type { BatchSpec } from '../../contract';
import { BatchError } from '../problems';

/** Which of the workers of a job this one is. */
export interface WorkerNumber {
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * By what the platforms set. Sources:
 * https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 * https://cloud.google.com/run/docs/container-contract#jobs-env-vars
 */
const VARIABLES = [
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  { index: 'CLOUD_RUN_TASK_INDEX', count: 'CLOUD_RUN_TASK_COUNT' },
  { index: 'JOB_COMPLETION_INDEX', count: undefined },
] as const;

/** @throws BatchError BATCH_WORKER_NUMBER */
export function workerNumber({ workers }: BatchSpec['shards'], environment: Environment): WorkerNumber {
  const told = VARIABLES.find(({ index }) => environment[index] !== undefined);
  if (told === undefined) {
    if (workers === 1) return { index: 0, count: 1 };
    throw invalid('the platform does not tell which worker this is', 'nothing', NAMES);
  }
  const index = Number(environment[told.index]);
  const count = Number((told.count && environment[told.count]) ?? workers);
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count)
    return { index, count };
  throw invalid(
    'the number of this worker cannot be',
    `${told.index}=${environment[told.index]}`,
    `0 to ${count - 1}`,
  );
}

const NAMES = VARIABLES.map(({ index }) => index).join(', ');

function invalid(what: string, got: string, allowed: string): BatchError {
  const remedy =
    'Set shards.workers to the workers of the job, or shards.assignment to lease where they have no number.';
  return new BatchError({ code: 'BATCH_WORKER_NUMBER', at: 'batch.shards', what, got, allowed, remedy });
}
