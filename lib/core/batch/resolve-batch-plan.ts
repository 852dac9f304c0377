import { deepFreeze, type Problem, throwProblems } from '@inferstack/runtime/contract';
import { Duration } from '../duration';
import { endpointName } from '../endpoint-name';
import type { ResourcesPlan } from '../plan';
import { resolveResources } from '../resolve-resources';
import { RuntimeImage } from '../runtime-image';
import type {
  BatchExecutionPlan,
  BatchInputPlan,
  BatchMonitoringPlan,
  BatchOutputPlan,
  BatchPlan,
  BatchRunPlan,
} from './batch-plan';
import type {
  BatchExecutionProps,
  BatchInputProps,
  BatchMonitoringProps,
  BatchOutputProps,
  BatchRunProps,
  BatchScoringJobProps,
} from './batch-props';
import { checkBatchPlan } from './check-batch-plan';
import { parseCron } from './cron';
import { longestGapSeconds, type SchedulePlan } from './schedule';

const HOUR_SECONDS = 3600;

/**
 * Resolves every default of a job and checks the whole: the only place where a default is decided.
 *
 * @throws ProblemError with all problems at once.
 */
export function resolveBatchPlan<Native>(path: string, props: BatchScoringJobProps<Native>): BatchPlan {
  const problems: Problem[] = [];
  const { input, output, run = {} } = props;
  const schedule = props.schedule?.bind(`${path}: schedule`, problems) ?? null;
  const runPlan = resolveRun(run);
  const resources = resolveResources(run.resources);
  const plan: BatchPlan = {
    name: endpointName(path, problems),
    path,
    model: props.model.bind(),
    input: resolveInput(input, `${path}: input`, problems),
    output: resolveOutput(output, `${path}: output`, problems),
    schedule,
    run: runPlan,
    resources,
    monitoring: resolveMonitoring(props.monitoring ?? {}, schedule, runPlan),
    runtime: {
      image: (run.image ?? RuntimeImage.fromSource()).bind(`${path}: run.image`, problems),
      logLevel: run.logLevel ?? 'info',
      execution: resolveExecution(run.execution ?? {}, resources),
    },
  };
  problems.push(...checkBatchPlan(plan));
  throwProblems(problems, path);
  return deepFreeze(plan);
}

function resolveInput(input: BatchInputProps, at: string, problems: Problem[]): BatchInputPlan {
  return {
    places: input.from.bind(`${at}.from`, problems),
    format: input.format ?? 'auto',
    compression: input.compression ?? 'auto',
    csv: { delimiter: input.csv?.delimiter ?? ',', nulls: input.csv?.nulls ?? [''] },
    columns: input.columns ?? {},
    passthrough: input.passthrough ?? [],
  };
}

function resolveOutput(output: BatchOutputProps, at: string, problems: Problem[]): BatchOutputPlan {
  const format = output.format ?? 'parquet';
  const compression = output.compression ?? (format === 'parquet' ? 'zstd' : 'gzip');
  if (compression === 'snappy' && format !== 'parquet') {
    problems.push({
      code: 'PLAN_DATA',
      at: `${at}.compression`,
      what: 'snappy is for Parquet alone',
      got: `snappy with ${format}`,
      allowed: 'none, gzip, zstd',
      remedy: 'Use one of these, or write Parquet.',
    });
  }
  return { places: output.to.bind(`${at}.to`, problems), format, compression };
}

function resolveExecution(props: BatchExecutionProps, { cpuMillis }: ResourcesPlan): BatchExecutionPlan {
  const intraOpThreads = props.intraOpThreads ?? 1;
  return {
    // Said here, since a container without a CPU limit sees every core of its host.
    workers: props.workers ?? Math.max(1, Math.floor(cpuMillis / 1000 / intraOpThreads)),
    intraOpThreads,
    batchRows: props.batchRows ?? 1024,
  };
}

function resolveRun(run: BatchRunProps): BatchRunPlan {
  return {
    parallelism: run.parallelism ?? 1,
    rowsPerShard: run.rowsPerShard ?? 1_000_000,
    timeoutSeconds: (run.timeout ?? Duration.hours(1)).toMilliseconds() / 1000,
    attempts: run.attempts ?? 3,
    badRows: { maxShare: run.badRows?.maxShare ?? 0.01, minRows: run.badRows?.minRows ?? 1000 },
  };
}

function resolveMonitoring(
  { missing = {}, ...props }: BatchMonitoringProps,
  schedule: SchedulePlan | null,
  run: BatchRunPlan,
): BatchMonitoringPlan {
  const after = missing === false ? null : (missing.after?.toMilliseconds() ?? null);
  const expected = missing === false || schedule === null ? null : expectedSeconds(schedule, run);
  return {
    failed: props.failed ?? true,
    missingAfterSeconds: after === null ? expected : after / 1000,
    logRetentionDays: props.logRetentionDays ?? 30,
    runbookUrl: props.runbookUrl ?? null,
  };
}

/** null for a schedule that is refused anyway. */
function expectedSeconds({ cron }: SchedulePlan, { timeoutSeconds, attempts }: BatchRunPlan): number | null {
  const { fields } = parseCron(cron);
  const gap = fields === undefined ? undefined : longestGapSeconds(fields);
  if (gap === undefined) return null;
  return Math.ceil((gap + attempts * timeoutSeconds) / HOUR_SECONDS) * HOUR_SECONDS;
}
