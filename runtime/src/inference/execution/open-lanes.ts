import type { Tensor } from '../../contract';
import type { ModelPackage } from '../../model';
import { OnnxSession, type OnnxSessionOptions } from '../onnx-session';
import { type BatchRules, BatchScheduler } from './batch-scheduler';
import { type Calibration, calibrate } from './calibrate';
import { cpuBudget } from './cpu-budget';
import { InlineLane } from './inline-lane';
import type { Lane } from './lane';
import { compact, type LaneSpec } from './lane-messages';
import type { ExecutionFacts, ExecutionListener, ExecutionOptions, Placement } from './model-executor';
import { startBounded, startProcess, startThread } from './start-worker';
import { type StartWorker, WorkerLane } from './worker-lane';
import { workerLost } from './worker-lost';

/** A model to be run, and how. */
export interface LaneTask {
  readonly pkg: ModelPackage;
  /** Inputs of one row, for calibration. */
  readonly sample: readonly Tensor[];
  readonly session: OnnxSessionOptions;
  readonly options: ExecutionOptions;
  readonly listener: ExecutionListener;
}

export interface OpenLanes {
  readonly facts: ExecutionFacts;
  readonly lanes: readonly Lane[];
  readonly scheduler: BatchScheduler;
}

/** Above this a run delays everything else on the thread more than handing it to a worker costs. */
const INLINE_BELOW_MICROS = 75;

/** On this thread or on others of this process, as the time of a run says unless told otherwise. */
export async function openHere(task: LaneTask): Promise<OpenLanes> {
  const { pkg, sample, options } = task;
  const session = await OnnxSession.load(pkg, task.session);
  const calibration = calibrate((inputs) => session.runSync(inputs), sample, batchShape(pkg).hasBatch);
  const placement = options.placement === 'auto' ? choose(calibration) : options.placement;
  if (placement === 'inline') {
    const lanes = [new InlineLane(session)];
    return {
      lanes,
      facts: factsOf(task, placement, 1, calibration),
      scheduler: schedulerOf(task, lanes, calibration),
    };
  }
  await session.close();
  const wake = new Wake();
  const lanes = workerLanes(task, startThread, wake);
  wake.scheduler = schedulerOf(task, lanes, calibration);
  await openAll(lanes, lanes);
  return { lanes, facts: factsOf(task, placement, lanes.length, calibration), scheduler: wake.scheduler };
}

/** In processes of their own: this one never runs the model, not even to measure it. */
export async function openApart(task: LaneTask): Promise<OpenLanes> {
  const { maxWorkerBytes } = task.options;
  const wake = new Wake();
  const start = maxWorkerBytes === undefined ? startProcess : startBounded(maxWorkerBytes);
  const lanes = workerLanes(task, start, wake);
  // Alone, or the others would disturb what it measures.
  const [calibration] = await openAll(lanes.slice(0, 1), lanes);
  await openAll(lanes.slice(1), lanes);
  wake.scheduler = schedulerOf(task, lanes, calibration!);
  return { lanes, facts: factsOf(task, 'processes', lanes.length, calibration!), scheduler: wake.scheduler };
}

/** Opens some lanes. When one cannot be, none of all is left with a worker. */
async function openAll(
  some: readonly WorkerLane[],
  all: readonly WorkerLane[],
): Promise<(Calibration | undefined)[]> {
  const opened = await Promise.allSettled(some.map((lane) => lane.open()));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(all.map((lane) => lane.close()));
    throw failed.reason;
  }
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Lanes become idle before there is a queue in front of them. */
class Wake {
  scheduler: BatchScheduler | undefined;
  readonly now = (): void => this.scheduler?.wake();
}

function workerLanes(
  { pkg, sample, session, options, listener }: LaneTask,
  start: StartWorker,
  wake: Wake,
): WorkerLane[] {
  const spec: LaneSpec = { directory: pkg.directory, manifest: pkg.manifest, session };
  const calibrateOn = { sample: compact(sample), canStack: batchShape(pkg).hasBatch };
  const apart = options.placement === 'processes';
  return Array.from(
    { length: workerCount(options) },
    (_, i) =>
      new WorkerLane(start, apart && i === 0 ? { ...spec, calibrateOn } : spec, {
        hangMs: options.hangMs,
        ahead: options.ahead,
        onIdle: wake.now,
        onLost: (reason) => listener.onWorkerLost(reason),
        onGivenUp: (reason) => listener.onWorkerGivenUp(reason),
      }),
  );
}

function schedulerOf(
  { pkg, options, listener }: LaneTask,
  lanes: readonly Lane[],
  calibration: Calibration,
): BatchScheduler {
  const { maxWaitMs } = options;
  const rules = { ...batchShape(pkg), maxBatchRows: batchCap(options, calibration), maxWaitMs };
  return new BatchScheduler(lanes, rules, listener, workerLost);
}

function factsOf(
  { session }: LaneTask,
  placement: Placement,
  workers: number,
  calibration: Calibration,
): ExecutionFacts {
  return { placement, workers, weightsShared: session.optimizedGraph !== undefined, calibration };
}

/** As many as were asked for, or as there are cores for them. */
export function workerCount({
  workers,
  intraOpThreads,
}: Pick<ExecutionOptions, 'workers' | 'intraOpThreads'>): number {
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
