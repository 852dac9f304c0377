import { fork } from 'node:child_process';
import type { Manifest, Tensor } from '../../contract';
import { compact } from './lane-messages';
import { processEntry } from './process-entry';

/** What is to be exported; travels as plain data. */
export interface WeightsExport {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Inputs on which the exported graph must give the same bits. */
  readonly sample: readonly Tensor[];
  /** Where the optimized graph and its weights go. */
  readonly files: { readonly graph: string; readonly weights: string };
  readonly intraOpThreads: number;
}

const ENTRY = processEntry('export-weights-main');

/**
 * Optimizes a model and writes it to files, in a process of its own: optimizing takes a multiple of the model's size,
 * which an allocator does not give back, and a serving process would keep it for life.
 *
 * @returns whether the files are complete and give bit-identical outputs. False too when the process failed: the model is
 *   then loaded from its own graph, unshared, which says what is wrong with it if anything is.
 */
export function exportWeights(task: WeightsExport): Promise<boolean> {
  return new Promise((resolve) => {
    let exact = false;
    const child = fork(ENTRY.file, [], {
      serialization: 'advanced',
      execArgv: ENTRY.execArgv,
      stdio: 'ignore',
    });
    child.on('message', (message) => {
      exact = message === true;
    });
    child.on('error', () => resolve(false));
    // Not `exit`, which may come before what was sent last.
    child.on('close', (code) => resolve(exact && code === 0));
    child.send({ ...task, sample: compact(task.sample) }, () => undefined);
  });
}
