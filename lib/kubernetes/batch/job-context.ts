import type { BatchPlan } from '../../core';
import { ObjectContext } from '../context';

/** One scoring job. */
export class JobContext extends ObjectContext {
  constructor(
    readonly job: BatchPlan,
    name: string,
    namespace: string | undefined,
  ) {
    // As labels and the delivery of models ask for it.
    super({ models: [job.model] }, name, namespace);
  }
}
