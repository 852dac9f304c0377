import type { BatchConfig } from '@inferstack/runtime/contract';
import { Construct } from 'constructs';
import { collectJob } from '../collector';
import type { BatchPlan } from './batch-plan';
import type { BatchScoringJobProps } from './batch-props';
import { resolveBatchPlan } from './resolve-batch-plan';

/**
 * Scores large files with a trained model, each row once: on a schedule or when asked, with workers side by side, retries,
 * a stop on too many bad rows, and alarms on failed and missing runs, on the platform of its target.
 *
 * @throws ProblemError at construction, listing everything wrong with the model and the props.
 */
export class BatchScoringJob<Native> extends Construct {
  /** The platform's own typed resources: the escape hatch. */
  readonly native: Native;
  /** Everything that was decided, defaults included. */
  readonly plan: BatchPlan;
  /** The configuration the runtime starts with on the platform. */
  readonly runtimeConfig: BatchConfig;

  constructor(scope: Construct, id: string, props: BatchScoringJobProps<Native>) {
    super(scope, id);
    this.plan = resolveBatchPlan(this.node.path, props);
    const bound = props.target.bind(this, this.plan);
    this.native = bound.native;
    this.runtimeConfig = bound.runtimeConfig;
    this.node.defaultChild = bound.defaultChild;
    collectJob({ platform: props.target.platform, plan: this.plan, runtimeConfig: bound.runtimeConfig });
  }
}
