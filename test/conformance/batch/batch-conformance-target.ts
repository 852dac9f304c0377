import type { BatchConfig } from '@inferstack/runtime/contract';
import type { BatchPlan } from 'inferstack';
import type { Change } from '../conformance-target';

/** What a target made of a plan. */
export interface RenderedJob {
  /** Everything that is deployed, and every warning, but the runtime's configuration: plain JSON. */
  readonly platform: unknown;
  /** The configuration the runtime is started with there. */
  readonly runtimeConfig: BatchConfig;
  /** The whole output as text, the configuration included. */
  readonly text: string;
}

/** One batch target under the suite that all of them pass. */
export interface BatchConformanceTarget {
  /** The class users name. */
  readonly title: string;
  /** Changes that suit the platform where the common one cannot. */
  readonly changes: Readonly<Record<string, Change>>;
  /** Codes by which the platform refuses an amount that it cannot have, besides `UnsupportedError`. */
  readonly limits: readonly string[];
  /** Binds a plan below a new stack. */
  bind(plan: BatchPlan): RenderedJob;
  /** Where the files of a place are, changed. */
  readonly place: 'aws' | 'azure' | 'gcp' | 'kubernetes';
}
