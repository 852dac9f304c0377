import { BATCH_EXIT, type BatchConfig, ProblemError } from '../contract';
import type { ModelInstance } from '../inference';
import { loadModel, type ModelLoaderOptions } from '../inference/model-loader';
import { LoadingError, loadModelPackage } from '../loading';
import type { Logger } from '../logging';
import { BatchJob, type BatchOutcome } from './batch-job';
import { publishMetrics } from './batch-metrics';
import { BatchError } from './problems';

export interface BatchRoleOptions {
  readonly logger: Logger;
  /** Where downloaded packages are kept, and files while they are worked on. */
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the job early. */
  readonly signal: AbortSignal;
  readonly terminal?: NodeJS.WriteStream | undefined;
}

/** A run of the model that takes longer has hung. */
const HANG_MS = 600_000;

/** The role `batch`: loads its model as an endpoint does, golden samples included, scores its share of a run, and ends. */
export async function runBatch(config: BatchConfig, options: BatchRoleOptions): Promise<number> {
  const { logger } = options;
  const timeout = new AbortController();
  const { timeoutMs } = config.batch;
  const timer =
    timeoutMs === null ? undefined : setTimeout(() => timeout.abort(timedOut(timeoutMs)), timeoutMs);
  let outcome: BatchOutcome | undefined;
  try {
    const signal = AbortSignal.any([options.signal, timeout.signal]);
    outcome = await score(config, { ...options, signal });
    const { report, ...done } = outcome;
    logger.info(
      { event: 'batch_done', ...done, complete: report !== undefined, total: report?.rows },
      'scored',
    );
    return BATCH_EXIT.done;
  } catch (error) {
    return failed(options.signal.aborted ? error : (timeout.signal.reason ?? error), logger);
  } finally {
    clearTimeout(timer);
    await publishMetrics(config, outcome, logger);
  }
}

async function score(config: BatchConfig, options: BatchRoleOptions): Promise<BatchOutcome> {
  const { logger, cacheDirectory, signal } = options;
  const { instance, baseline } = await load(config, options);
  try {
    const { environment, terminal } = options;
    const directory = cacheDirectory;
    return await BatchJob.run(config, {
      instance,
      baseline,
      logger,
      directory,
      environment,
      signal,
      terminal,
    });
  } finally {
    await instance.executor.close();
  }
}

async function load(config: BatchConfig, { logger, cacheDirectory, signal }: BatchRoleOptions) {
  const { model, execution } = config;
  const { name, version } = model;
  logger.info({ event: 'model_loading', model: name, version, digest: model.digest }, 'loading model');
  try {
    const pkg = await loadModelPackage(model, cacheDirectory, signal);
    const listener = {
      onRun: () => undefined,
      onWorkerLost: (reason: string) =>
        logger.error({ event: 'worker_lost', model: name, version, reason }, 'worker lost; replacing it'),
      onWorkerGivenUp: (reason: string) =>
        logger.fatal({ event: 'failed', reason }, 'a worker ends again and again'),
    };
    const options = { cacheDirectory, execution: executionOf(execution), listener, signal };
    const instance: ModelInstance = await loadModel(model, options);
    logger.info({ event: 'model_loaded', model: name, version, ...instance.facts }, 'model loaded');
    return { instance, baseline: pkg.baseline };
  } catch (error) {
    throw error instanceof ProblemError && !isPassing(error) ? new ModelRefused(error) : error;
  }
}

/** Threads of their own: this one reads, checks and writes while they compute. */
function executionOf({
  workers,
  intraOpThreads,
  batchRows,
}: BatchConfig['execution']): ModelLoaderOptions['execution'] {
  return {
    placement: 'threads',
    ...{ workers, intraOpThreads },
    maxBatchRows: batchRows,
    maxWaitMs: 0,
    hangMs: HANG_MS,
    ahead: 1,
    shareWeights: true,
  };
}

class ModelRefused extends Error {
  constructor(readonly refusal: ProblemError) {
    super(refusal.message);
  }
}

/** Whether loading the model may succeed when it is tried again. */
function isPassing(error: ProblemError): boolean {
  return error instanceof LoadingError && (error.retryable || PASSING.includes(error.code));
}

const PASSING: readonly string[] = ['LOAD_FAILED', 'LOAD_CREDENTIALS_FAILED', 'LOAD_CACHE_UNUSABLE'];

function failed(error: unknown, logger: Logger): number {
  if (error instanceof ModelRefused) {
    logger.error({ event: 'model_refused', problems: error.refusal.problems }, 'the model must not serve');
    return BATCH_EXIT.modelRefused;
  }
  const problems = error instanceof ProblemError ? error.problems : undefined;
  logger.error({ event: 'batch_failed', problems, err: problems ? undefined : error }, 'the job has failed');
  return error instanceof BatchError ? error.exitCode : BATCH_EXIT.failed;
}

function timedOut(timeoutMs: number): BatchError {
  return new BatchError({
    code: 'BATCH_TIMEOUT',
    at: 'batch.timeoutMs',
    what: 'the job takes too long',
    allowed: `${timeoutMs} ms`,
    remedy: 'Raise timeoutMs or use more workers, then start the job again: it goes on where it stopped.',
  });
}
