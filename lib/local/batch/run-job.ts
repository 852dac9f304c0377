import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { ProblemError } from '@inferstack/runtime/contract';
import { explainExit } from '../explain-exit';
import type { Terminal } from '../progress';
import type { ReplicaExit } from '../replica-process';
import { installedRuntime, type RuntimeEntry } from '../runtime-entry';
import { StopSignals } from '../stop-signals';
import type { AppJob } from './app-job';
import { runWorker, type WorkerListener } from './batch-worker';
import { collectJobs, selectJob } from './collect-jobs';
import { JobProgress } from './job-progress';
import { localBatchConfig } from './local-batch-config';

export interface RunOptions {
  /** Processes that score at the same time. @default - the parallelism of the job */
  readonly workers?: number;
  /** Shows every line the workers write. @default false */
  readonly logs?: boolean;
  /** The serving runtime. @default - the one that is installed with this library */
  readonly runtime?: RuntimeEntry;
}

export interface RunTerminals {
  readonly out: Terminal;
  readonly err: Terminal;
}

/**
 * `inferstack run`: scores the files of a job on this machine with the runtime and the configuration that would be
 * deployed, its workers as processes side by side. What was cut short is taken up by the next call. Ctrl-C ends the workers
 * after the block in hand, a second one at once.
 *
 * @returns exit code: 0 when everything is scored, that of the first worker that failed (README of the runtime), 1 when the
 *   app is wrong, 130 when it was stopped.
 */
export async function runJob(
  appFile: string,
  jobName: string | undefined,
  options: RunOptions = {},
  terminals: RunTerminals = { out: process.stdout, err: process.stderr },
): Promise<number> {
  const signals = new StopSignals();
  try {
    const job = selectJob(await collectJobs(appFile, signals.first), jobName);
    const exits = await score(job, options, terminals, signals);
    return signals.first.aborted ? 130 : (exits.map(exitCode).find((code) => code !== 0) ?? 0);
  } catch (error) {
    if (signals.first.aborted) return 130;
    if (!(error instanceof ProblemError)) throw error;
    terminals.err.write(`${error.message}\n`);
    return 1;
  } finally {
    signals.release();
  }
}

async function score(
  job: AppJob,
  options: RunOptions,
  { out, err }: RunTerminals,
  { first: signal, second: kill }: StopSignals,
): Promise<ReplicaExit[]> {
  const workers = options.workers ?? job.workers;
  const config = localBatchConfig(job, workers);
  const { uri } = config.batch.output;
  mkdirSync(uri, { recursive: true });
  const entry = options.runtime ?? installedRuntime();
  const execution = randomUUID();
  const progress = new JobProgress(out, workers);
  const exits = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const listener = workerListener(index, progress, err, options.logs ?? false);
      const settings = { index, attempts: job.attempts, config, entry, execution, signal, kill };
      const exit = await runWorker(settings, listener);
      if (exit.code !== 0 && !signal.aborted) err.write(`worker ${index} ${explainExit(exit)}\n`);
      return exit;
    }),
  );
  const failed = exits.filter(({ code }) => code !== 0).length;
  progress.close(
    failed === 0 ? `${job.name}: done, ${uri}` : `${job.name}: ${failed} of ${workers} workers failed`,
  );
  return exits;
}

function workerListener(index: number, progress: JobProgress, err: Terminal, logs: boolean): WorkerListener {
  return {
    line: (line) => {
      if (logs) err.write(`worker ${index} | ${line}\n`);
    },
    progress: (told) => progress.told(index, told),
    again: (exit) => err.write(`worker ${index} ${explainExit(exit)}\nworker ${index} tries again\n`),
  };
}

const exitCode = ({ code }: ReplicaExit): number => code ?? 1;
