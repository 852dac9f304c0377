import type { ApiObjectMetadata } from 'cdk8s';
import type { BatchPlan, ModelPackages } from '../../core';
import { type Component, type ObjectContext, packageAnnotations } from '../context';
import { labelValue } from '../label-value';

/** What every resource of one job shares: names, labels, annotations. */
export class JobContext implements ObjectContext {
  /** As model delivery asks for it. */
  readonly plan: { readonly models: ModelPackages };
  readonly selector: Readonly<Record<string, string>>;

  constructor(
    readonly job: BatchPlan,
    /** Beginning of every name. */
    readonly name: string,
    /** undefined: decided when the manifests are applied. */
    readonly namespace: string | undefined,
  ) {
    this.plan = { models: [job.model] };
    this.selector = { 'app.kubernetes.io/name': 'inferstack', 'app.kubernetes.io/instance': name };
  }

  metadata(suffix: string, component: Component, extra: ApiObjectMetadata = {}): ApiObjectMetadata {
    return {
      name: `${this.name}${suffix}`,
      namespace: this.namespace,
      labels: { ...this.labels(component), ...extra.labels },
      annotations: { ...packageAnnotations(this.job.model), ...extra.annotations },
    };
  }

  labels(component: Component): Record<string, string> {
    const version = labelValue(this.job.model.manifest.version);
    return {
      ...this.selector,
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/managed-by': 'inferstack',
      ...(version === undefined ? {} : { 'app.kubernetes.io/version': version }),
    };
  }
}
