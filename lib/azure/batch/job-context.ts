import type { BatchPlan } from '../../core';
import { type AnyContext, resourceTags, type SharedPlan } from '../context';
import type { ResourceGroupReference } from '../references';
import type { ContainerAppBatchOptions } from './container-app-batch-options';

/** What every resource of one job shares. */
export class JobContext implements AnyContext {
  readonly kind = 'job';
  readonly plan: SharedPlan;

  constructor(
    readonly job: BatchPlan,
    readonly options: ContainerAppBatchOptions,
    /** Name of the job, and part of every other name. */
    readonly name: string,
    readonly group: ResourceGroupReference,
  ) {
    const { path, model, monitoring, runtime } = job;
    this.plan = { path, models: [model], monitoring, runtime };
  }

  get tags(): Record<string, string> {
    return resourceTags(this.kind, this.name, this.options);
  }

  /** Group, region and tags, for resources that have all three. */
  get placed() {
    const { name: resourceGroupName, location } = this.group;
    return { resourceGroupName, location, tags: this.tags };
  }
}
