import { type EndpointPlan, type MonitoringPlan, severalPackages } from '../core';
import { literal } from '../terraform';

export interface Place {
  readonly project: string;
  readonly region: string;
}

/** What resources are named and labelled by, whatever they belong to. */
export interface ResourceContext extends Place {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly plan: Pick<EndpointPlan, 'models'> & {
    readonly monitoring: Pick<MonitoringPlan, 'logRetentionDays'>;
  };
}

/** What every resource of one endpoint shares: names, place, labels. */
export class EndpointContext implements ResourceContext {
  readonly project: string;
  readonly region: string;

  constructor(
    readonly plan: EndpointPlan,
    /** Name of the service, and beginning of every other name. */
    readonly name: string,
    { project, region }: Place,
    private readonly userLabels: Readonly<Record<string, string>>,
  ) {
    this.project = project;
    this.region = region;
  }

  /** For cost reports and filters; values allow little, so the model is named in annotations and metadata. */
  get labels(): Record<string, string> {
    return { 'managed-by': 'inferstack', 'inferstack-endpoint': this.name, ...this.userLabels };
  }

  /** What was deployed, as free text. */
  get modelMetadata(): Record<string, string> {
    const [{ digest, manifest }] = this.plan.models;
    const all = severalPackages(this.plan.models);
    return {
      'inferstack.dev/model': literal(manifest.name),
      'inferstack.dev/model-version': literal(manifest.version),
      'inferstack.dev/model-digest': digest,
      ...(all === undefined ? {} : { 'inferstack.dev/models': literal(all) }),
    };
  }
}
