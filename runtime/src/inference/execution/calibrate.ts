import type { Tensor } from '../../contract';
import { stack } from './stack';

/** Runs the model on the calling thread. */
export type Run = (inputs: readonly Tensor[]) => readonly Tensor[];

/** What was measured of a model when it was loaded. */
export interface Calibration {
  /** Time of a run of one row, microseconds: the fastest seen, since others on the machine only ever add to it. */
  readonly runMicros: number;
  /** Whether requests may share a run: outputs of a joint run are those of the single runs. */
  readonly batchable: boolean;
  /** Rows beyond which a larger batch brings nothing; 1 when requests cannot share a run. */
  readonly maxBatchRows: number;
}

const SIZES = [1, 2, 4, 8, 16, 32, 64];
/** Time spent on one batch size, so that loading a heavy model is not delayed by seconds. */
const BUDGET_MS = 40;
const MAX_RUNS = 15;
/** The smallest batch whose rows per second come this close to the best is taken: larger ones only add latency. */
const CLOSE_ENOUGH = 0.95;

/**
 * Measures a model on a real input.
 *
 * @param sample inputs of one row.
 * @param canStack whether every input and output of the signature has a batch dimension.
 */
export function calibrate(run: Run, sample: readonly Tensor[], canStack: boolean): Calibration {
  run(sample); // the first run allocates
  const runMicros = fastestMicros(() => run(sample));
  const batchable = canStack && stacksExactly(run, sample);
  return { runMicros, batchable, maxBatchRows: batchable ? bestBatch(run, sample) : 1 };
}

function bestBatch(run: Run, sample: readonly Tensor[]): number {
  const speeds: number[] = [];
  for (const size of SIZES) {
    const inputs = stack(Array.from({ length: size }, () => sample));
    const micros = fastestMicros(() => run(inputs));
    speeds.push(size / micros);
    // A batch that takes this long hurts more by waiting than it gains.
    if (micros > BUDGET_MS * 1000) break;
  }
  const best = Math.max(...speeds);
  return SIZES[speeds.findIndex((speed) => speed >= CLOSE_ENOUGH * best)]!;
}

/** A joint run of two rows must have two rows in every output, each equal to that of a run alone. */
function stacksExactly(run: Run, sample: readonly Tensor[]): boolean {
  const single = run(sample);
  const double = run(stack([sample, sample]));
  return single.every((alone, i) => {
    const joint = double[i]!;
    const width = alone.data.length;
    if (alone.shape[0] !== 1 || joint.shape[0] !== 2 || joint.data.length !== 2 * width) return false;
    return Array.from({ length: 2 * width }, (_, k) => k).every((k) =>
      close(joint.data[k]!, alone.data[k % width]!),
    );
  });
}

/** Kernels may sum in another order for another batch size; anything beyond rounding is another result. */
function close(a: number | bigint | string, b: number | bigint | string): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= 1e-5 + 1e-4 * Math.abs(b);
}

function fastestMicros(work: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  const end = performance.now() + BUDGET_MS;
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    const start = performance.now();
    work();
    const now = performance.now();
    fastest = Math.min(fastest, (now - start) * 1000);
    if (now >= end) break;
  }
  return fastest;
}
