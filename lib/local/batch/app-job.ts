import type { BatchConfig } from '@inferstack/runtime/contract';
import type { CollectedJob } from '../../core/collector';

/** A job of the app as plain JSON: what the process that ran the app hands on. */
export interface AppJob {
  readonly name: string;
  /** Construct path, for messages. */
  readonly path: string;
  /** Package directory on this machine. */
  readonly modelDirectory: string;
  /** What is scored on this machine; undefined: the job names nothing here. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly workers: number;
  readonly attempts: number;
  /** Configuration as deployed; its addresses may hold placeholders of the tool. */
  readonly runtimeConfig: BatchConfig;
}

export function toAppJob({ plan, runtimeConfig }: CollectedJob): AppJob {
  return {
    name: plan.name,
    path: plan.path,
    modelDirectory: plan.model.directory,
    input: plan.input.places.local,
    output: plan.output.places.local,
    workers: plan.run.parallelism,
    attempts: plan.run.attempts,
    runtimeConfig,
  };
}
