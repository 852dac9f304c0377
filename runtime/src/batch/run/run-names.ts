import { batchRunIdSchema } from '../../contract';
import { BatchError } from '../problems';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The name that was given to the run from outside, before what the configuration says.
 *
 * @throws BatchError BATCH_RUN_NAME
 */
export function givenRunId(environment: Environment): string | undefined {
  const given = environment['INFERSTACK_RUN_ID'];
  return given === undefined ? undefined : checked('INFERSTACK_RUN_ID', given);
}

/**
 * What all workers that were started together, and all their tries, have in common. Sources:
 * https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html (`<job>:<index>` in an array)
 * https://cloud.google.com/run/docs/container-contract#jobs-env-vars
 * https://learn.microsoft.com/azure/container-apps/environment-variables#jobs
 *
 * @returns undefined where nothing tells it
 * @throws BatchError BATCH_RUN_NAME
 */
export function executionName(environment: Environment): string | undefined {
  const name = VARIABLES.find((variable) => environment[variable] !== undefined);
  return name === undefined ? undefined : checked(name, environment[name]!.replace(/:\d+$/, ''));
}

const VARIABLES = [
  'INFERSTACK_EXECUTION',
  'CLOUD_RUN_EXECUTION',
  'AWS_BATCH_JOB_ID',
  'CONTAINER_APP_JOB_EXECUTION_NAME',
] as const;

function checked(variable: string, value: string): string {
  const { success, error } = batchRunIdSchema.safeParse(value);
  if (success) return value;
  throw new BatchError({
    code: 'BATCH_RUN_NAME',
    at: variable,
    what: 'no folder can have this name',
    got: JSON.stringify(value.slice(0, 200)),
    allowed: error.issues[0]!.message,
    remedy: 'Correct the variable, or remove it.',
  });
}
