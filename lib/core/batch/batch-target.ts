import type { BatchConfig } from '@inferstack/runtime/contract';
import type { Construct, IConstruct } from 'constructs';
import type { Platform } from '../target';
import type { BatchPlan } from './batch-plan';

/** A platform that scores files. Give it to `BatchScoringJob`. */
export interface BatchTarget<Native> {
  readonly platform: Platform;
  /**
   * Creates the platform's resources below `scope`.
   *
   * @throws ProblemError or UnsupportedError for what the platform cannot do.
   */
  bind(scope: Construct, plan: BatchPlan): BoundBatch<Native>;
}

/** What a target made of a plan. */
export interface BoundBatch<Native> {
  /** The platform's own typed resources: the escape hatch. */
  readonly native: Native;
  /** The configuration the runtime is started with on the platform; may hold the tool's placeholders in addresses. */
  readonly runtimeConfig: BatchConfig;
  /** The main resource, returned by `node.defaultChild`. */
  readonly defaultChild: IConstruct;
}
