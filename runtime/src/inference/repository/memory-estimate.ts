import type { ModelPackage } from '../../model';
import { engineFiles } from '../engine-files';
import type { ExecutionFacts } from '../execution/model-executor';

const MIB = 1024 * 1024;
/** The engine keeps weights as they are in the file and again in the form its kernels want. */
const COPIES_IN_SESSION = 2;
/** What sessions of large models took besides their weights: the arena of intermediate results, mostly. */
const MOST_ARENA_BYTES = 16 * MIB;
const LEAST_ARENA_BYTES = 1 * MIB;
/** A worker before it has loaded anything. */
const WORKER_BYTES = { inline: 0, threads: 9 * MIB, processes: 50 * MIB } as const;

/**
 * Memory a loaded model is taken to use, bytes: its weights, an arena and its workers. Calculated, not measured: what a
 * process grows by while it loads depends on what it has freed before and on the requests it answers meanwhile. An
 * estimate, no bound: ResNet-18 (47 MB of weights) comes to 110 MB and was seen to take 141 MB; a model with large
 * intermediate results takes more, a small one less.
 */
export function estimateMemory(
  pkg: Pick<ModelPackage, 'files'>,
  { placement, workers, weightsShared }: Pick<ExecutionFacts, 'placement' | 'workers' | 'weightsShared'>,
): number {
  const weights = engineFiles(pkg).reduce((total, { bytes }) => total + bytes, 0);
  // Shared weights are mapped once, in the form kernels want.
  const weightBytes = weightsShared ? weights : weights * COPIES_IN_SESSION * workers;
  const arena = Math.min(MOST_ARENA_BYTES, Math.max(LEAST_ARENA_BYTES, weights));
  return weightBytes + workers * (arena + WORKER_BYTES[placement]);
}
