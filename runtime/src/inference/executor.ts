import type { Tensor } from '../contract';
import type { Degradation } from './degradation';
import type { RequestStages } from './request-stages';

/** Who waits for a result. */
export interface Caller {
  /** True once nobody would read it: the client has left, or was told that its time is over. */
  readonly gone: boolean;
  /** Aborts when that comes true. @default - is not told */
  readonly signal?: AbortSignal;
  /** Where it is noted how far the request has come. @default - nobody wants to know */
  readonly stages?: RequestStages;
  /** Set to the rows of the request when its run begins. */
  rows?: number;
  /** Set when the answer had to do without steps of a pipeline. */
  degradations?: readonly Degradation[];
  /** Set to the version that answers, where that was left open. */
  version?: string;
  /** Value of a header or of metadata of the request, by lower-case name. @default - it has none */
  header?(name: string): string | undefined;
}

/**
 * Runs one model. The seam between the service, which knows requests, and whatever computes: a session on the calling
 * thread, or a queue in front of workers.
 */
export interface Executor {
  /**
   * Runs the graph on one request, alone or together with others.
   *
   * @param inputs one tensor per input of the signature, in any order; checked before by the caller.
   * @param caller a request that has not started when its caller is gone is dropped. @default - always waits
   * @returns one tensor per output of the signature, in its order.
   */
  run(inputs: readonly Tensor[], caller?: Caller): Promise<Tensor[]>;
  /** Time a new request would wait for its run, milliseconds, as far as can be told. @default - not known */
  readonly expectedWaitMs?: number;
  /** Rows waiting for a run. @default - not known */
  readonly waitingRows?: number;
  /** Why it cannot run as it is meant to, as things are. @default - it can */
  readonly unready?: string | undefined;
  /** Lets accepted requests finish and frees the model. */
  close(): Promise<void>;
}

/** Rejects a request that was dropped because its caller was gone. */
export class CallerGoneError extends Error {
  override readonly name = 'CallerGoneError';
}
