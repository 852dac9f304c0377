import type { Tensor } from '../../contract';
import type { ModelPackage } from '../../model';
import type { Caller, Executor } from '../executor';
import type { OnnxSessionOptions } from '../onnx-session';
import type { BatchScheduler, RunListener } from './batch-scheduler';
import type { Calibration } from './calibrate';
import { type Lane, LaneLostError } from './lane';
import { openApart, openHere } from './open-lanes';
import { shareWeights } from './shared-weights';
import { warmUp } from './warm-up';
import { workerLost } from './worker-lost';

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
  /** Runs a worker is given before it has done the last one, where work never ends and nobody waits. @default 0 */
  readonly ahead?: number | undefined;
  /** Memory one worker process may take; more ends it for good. @default - not bounded */
  readonly maxWorkerBytes?: number | undefined;
  /** Whether large weights are mapped from one file by all workers. */
  readonly shareWeights: boolean;
  readonly cacheDirectory: string;
}

export interface ExecutionListener extends RunListener {
  onWorkerLost(reason: string): void;
  /** Workers of one place were lost again and again without a run between, or took too much memory: no other is tried. */
  onWorkerGivenUp(reason: string): void;
}

/** How a model is run, decided when it was loaded. */
export interface ExecutionFacts {
  readonly placement: Placement;
  readonly workers: number;
  readonly weightsShared: boolean;
  readonly calibration: Calibration;
}

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
    const session = await sessionOptions(pkg, sample, options);
    const open = options.placement === 'processes' ? openApart : openHere;
    const { lanes, scheduler, facts } = await open({ pkg, sample, session, options, listener });
    return new ModelExecutor(facts, lanes, scheduler);
  }

  private constructor(
    readonly facts: ExecutionFacts,
    private readonly lanes: readonly Lane[],
    private readonly scheduler: BatchScheduler,
  ) {}

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
}

async function sessionOptions(
  pkg: ModelPackage,
  sample: readonly Tensor[],
  { cacheDirectory, intraOpThreads, shareWeights: wanted }: ExecutionOptions,
): Promise<OnnxSessionOptions> {
  const optimizedGraph = wanted ? await shareWeights(pkg, sample, cacheDirectory, intraOpThreads) : undefined;
  return { intraOpThreads, ...(optimizedGraph && { optimizedGraph }) };
}
