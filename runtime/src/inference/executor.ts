import type { Tensor } from '../contract';

/**
 * Runs one model. The seam between the service, which knows requests, and whatever computes: today a session on
 * the calling thread.
 */
export interface Executor {
  /**
   * Runs the graph once.
   *
   * @param inputs one tensor per input of the signature, in any order; checked before by the caller.
   * @returns one tensor per output of the signature, in its order.
   */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  /** Frees the model; no run may be in progress. */
  close(): Promise<void>;
}
