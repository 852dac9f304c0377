import path from 'node:path';
import { type BatchConfig, type Problem, throwProblems } from '@inferstack/runtime/contract';
import type { AppJob } from './app-job';

const PROGRESS_MS = 1000;
const SEES_PROGRESS: readonly string[] = ['trace', 'debug', 'info'];

/**
 * The very configuration that would be deployed, with its addresses replaced: model, input and output are files of this
 * machine. Progress comes more often, since somebody looks at it.
 *
 * @throws ProblemError LOCAL_JOB_FILES when the job names no files here.
 */
export function localBatchConfig(job: AppJob, workers: number): BatchConfig {
  const { runtimeConfig, modelDirectory, input, output } = job;
  const missing = (['input.from', 'output.to'] as const).filter((_, i) => [input, output][i] === undefined);
  throwProblems(missing.map((prop) => noFiles(job, prop)));
  const { batch, logging } = runtimeConfig;
  return {
    ...runtimeConfig,
    model: { ...runtimeConfig.model, uri: modelDirectory },
    batch: {
      ...batch,
      input: { ...batch.input, uris: [path.resolve(input!)] },
      output: { ...batch.output, uri: path.resolve(output!) },
      shards: { ...batch.shards, assignment: 'index', workers },
      progressMs: PROGRESS_MS,
    },
    // Progress and the end are told by the log: a level above would hide them.
    logging: { level: SEES_PROGRESS.includes(logging.level) ? logging.level : 'info' },
    telemetry: { emf: false, pushgateway: null },
  };
}

const noFiles = (job: AppJob, prop: string): Problem => ({
  code: 'LOCAL_JOB_FILES',
  at: `${job.path}: ${prop}`,
  what: 'the job names no files on this machine',
  allowed: 'a place for local among the others',
  remedy: "Add it: DataLocation.at({ ..., local: 'data/' }).",
});
