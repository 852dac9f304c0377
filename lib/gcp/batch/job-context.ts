import type { BatchPlan, ImagePlan, ModelPackages } from '../../core';
import { literal } from '../../terraform';
import type { Place, ResourceContext } from '../context';

/** What every resource of one job shares: names, place, labels. */
export class JobContext implements ResourceContext {
  readonly project: string;
  readonly region: string;
  readonly plan: {
    readonly models: ModelPackages;
    readonly monitoring: BatchPlan['monitoring'];
    readonly runtime: { readonly image: ImagePlan };
  };

  constructor(
    readonly job: BatchPlan,
    /** Name of the job, and beginning of every other name. */
    readonly name: string,
    { project, region }: Place,
    private readonly userLabels: Readonly<Record<string, string>>,
  ) {
    this.project = project;
    this.region = region;
    this.plan = { models: [job.model], monitoring: job.monitoring, runtime: job.runtime };
  }

  get labels(): Record<string, string> {
    return { 'managed-by': 'inferstack', 'inferstack-job': this.name, ...this.userLabels };
  }

  /** What was deployed, as free text. */
  get modelMetadata(): Record<string, string> {
    const { digest, manifest } = this.job.model;
    return {
      'inferstack.dev/model': literal(manifest.name),
      'inferstack.dev/model-version': literal(manifest.version),
      'inferstack.dev/model-digest': digest,
    };
  }
}
