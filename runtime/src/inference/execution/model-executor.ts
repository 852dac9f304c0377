import { ProblemError, type Tensor } from '../../contract';
import type { ModelPackage } from '../../model';
import type { Caller, Executor } from '../executor';
import { OnnxSession } from '../onnx-session';
import { type BatchRules, BatchScheduler, type RunListener } from './batch-scheduler';
import { type Calibration, calibrate } from './calibrate';
import { cpuBudget } from './cpu-budget';
import { InlineLane } from './inline-lane';
import { type Lane, LaneLostError } from './lane';
import { shareWeights } from './shared-weights';
import { startProcess, startThread } from './start-worker';
import { warmUp } from './warm-up';
import { WorkerLane } from './worker-lane';

export type Placement = 'inline' | 'threads' | 'processes';

export interface ExecutionOptions {
  /** Where runs happen; `auto` decides by how long one takes. */
  readonly placement: Placement | 'auto';
  /** Workers for threads and processes; 0 takes as many as there are cores for them. */
  readonly workers: number;
  readonly intraOpThreads: number;
  /** Rows of one run at most; 0 takes what calibration found. */
  readonly maxBatchRows: number;
  readonly maxWaitMs: number;
  readonly hangMs: number;
  /** Whether large weights are mapped from one file by all workers. */
  readonly shareWeights: boolean;
  readonly cacheDirectory: string;
}

export interface ExecutionListener extends RunListener {
  onWorkerLost(reason: string): void;
  /** Workers of one place were lost again and again without a run between: no other is tried. */
  onWorkerGivenUp(reason: string): void;
}

/** How a model is run, decided when it was loaded. */
export interface ExecutionFacts {
  readonly placement: Placement;
  readonly workers: number;
  readonly weightsShared: boolean;
  readonly calibration: Calibration;
}

/** Above this a run delays everything else on the thread more than handing it to a worker costs. */
const INLINE_BELOW_MICROS = 75;

/** A model with its queue and its lanes: calibrated, batched, and replaced where it breaks. */
export class ModelExecutor implements Executor {
  /**
   * Loads a model and decides how to run it.
   *
   * @param sample inputs of one row, for calibration.
   * @throws ProblemError when ONNX Runtime refuses the model.
   */
  static async open(
    pkg: ModelPackage,
    sample: readonly Tensor[],
    options: ExecutionOptions,
    listener: ExecutionListener,
  ): Promise<ModelExecutor> {
    const { intraOpThreads } = options;
    const optimizedGraph = options.shareWeights
      ? await shareWeights(pkg, sample, options.cacheDirectory, intraOpThreads)
      : undefined;
    const sessionOptions = { intraOpThreads, ...(optimizedGraph && { optimizedGraph }) };
    const session = await OnnxSession.load(pkg, sessionOptions);
    const shape = batchShape(pkg);
    const calibration = calibrate((inputs) => session.runSync(inputs), sample, shape.hasBatch);
    const placement = options.placement === 'auto' ? choose(calibration) : options.placement;
    const rules = { ...shape, maxBatchRows: batchCap(options, calibration), maxWaitMs: options.maxWaitMs };
    const workers = placement === 'inline' ? 1 : workerCount(options);
    const executor = new ModelExecutor({
      placement,
      workers,
      weightsShared: optimizedGraph !== undefined,
      calibration,
    });
    if (placement === 'inline') {
      executor.lanes = [new InlineLane(session)];
      executor.scheduler = new BatchScheduler(executor.lanes, rules, listener, workerLost);
      return executor;
    }
    await session.close();
    await executor.openWorkers(pkg, sessionOptions, rules, options.hangMs, listener);
    return executor;
  }

  private lanes: readonly Lane[] = [];
  private scheduler!: BatchScheduler;

  private constructor(readonly facts: ExecutionFacts) {}

  /** Rows waiting for a run. */
  get waitingRows(): number {
    return this.scheduler.waitingRows;
  }

  get expectedWaitMs(): number {
    return this.scheduler.expectedWaitMs;
  }

  run(inputs: readonly Tensor[], caller?: Caller): Promise<Tensor[]> {
    return this.scheduler.run(inputs, caller);
  }

  /**
   * Makes every worker run these requests once. One lane alone needs it not: whatever ran before ran there.
   *
   * @throws ProblemError when a worker is lost or a run fails.
   */
  async warmUp(requests: readonly (readonly Tensor[])[]): Promise<void> {
    if (this.lanes.length === 1) return;
    try {
      await warmUp(this.lanes, requests);
    } catch (error) {
      throw error instanceof LaneLostError ? workerLost() : error;
    }
  }

  close(): Promise<void> {
    return this.scheduler.close();
  }

  private async openWorkers(
    pkg: ModelPackage,
    session: { intraOpThreads: number; optimizedGraph?: string },
    rules: BatchRules,
    hangMs: number,
    listener: ExecutionListener,
  ): Promise<void> {
    const start = this.facts.placement === 'threads' ? startThread : startProcess;
    const spec = { directory: pkg.directory, manifest: pkg.manifest, session };
    const options = {
      hangMs,
      onIdle: () => this.scheduler.wake(),
      onLost: (reason: string) => listener.onWorkerLost(reason),
      onGivenUp: (reason: string) => listener.onWorkerGivenUp(reason),
    };
    const lanes = Array.from({ length: this.facts.workers }, () => new WorkerLane(start, spec, options));
    this.lanes = lanes;
    this.scheduler = new BatchScheduler(lanes, rules, listener, workerLost);
    await Promise.all(lanes.map((lane) => lane.open()));
  }
}

function workerCount({ workers, intraOpThreads }: ExecutionOptions): number {
  return workers > 0 ? workers : Math.max(1, Math.floor(cpuBudget() / intraOpThreads));
}

function choose({ runMicros }: Calibration): Placement {
  return runMicros < INLINE_BELOW_MICROS ? 'inline' : 'threads';
}

/** A cap that was asked for does not make a model able to batch. */
function batchCap({ maxBatchRows }: ExecutionOptions, calibration: Calibration): number {
  return calibration.batchable && maxBatchRows > 0 ? maxBatchRows : calibration.maxBatchRows;
}

function batchShape({ manifest }: ModelPackage): Pick<BatchRules, 'hasBatch' | 'hasVariableShape'> {
  const specs = [...manifest.signature.inputs, ...manifest.signature.outputs];
  return {
    hasBatch: specs.every(({ shape }) => typeof shape[0] === 'string'),
    hasVariableShape: manifest.signature.inputs.some(({ shape }) =>
      shape.slice(1).some((d) => typeof d === 'string'),
    ),
  };
}

const workerLost = (): ProblemError =>
  new ProblemError([
    {
      code: 'MODEL_WORKER_LOST',
      at: 'request',
      what: 'the worker running this request ended twice',
      remedy: 'Look at the log for the reason; the request itself may crash the model.',
    },
  ]);
