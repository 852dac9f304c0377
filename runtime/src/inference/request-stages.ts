import type { ModelInstance } from './model-instance';

export type Stage = 'receive' | 'decode' | 'validate' | 'features' | 'run' | 'encode';

/** The run a request was part of; times as performance.now() gives them. */
export interface SharedRun {
  /** When it left the queue. */
  readonly started: number;
  readonly ended: number;
  /** Rows of all requests that shared it. */
  readonly rows: number;
  readonly requests: number;
}

/** A step of a pipeline, as performance.now() gives times. */
export interface StepTime {
  readonly step: string;
  readonly started: number;
  readonly ended: number;
  /** What became of it: `ok`, or why it gave nothing. */
  readonly outcome: string;
}

/** When a request entered its stages: a handful of numbers, turned into spans only if somebody wants to see them. */
export class RequestStages {
  readonly entered: { readonly stage: Stage; readonly at: number }[] = [];
  instance: ModelInstance | undefined;
  run: SharedRun | undefined;
  /** Of a pipeline, in the order in which they ended. */
  readonly steps: StepTime[] = [];

  /** Ends the stage before. */
  enter(stage: Stage, at = performance.now()): void {
    this.entered.push({ stage, at });
  }
}
