import type { ModelPackage } from '@inferstack/runtime/model';
import type { ApiObjectMetadata } from 'cdk8s';
import { digestHex, type EndpointPlan, severalPackages } from '../core';
import { labelValue } from './label-value';
import { ownDeployment, type Workload } from './workload';

/** Longest suffix a resource gets: `-config-12345678`. */
export const MAX_NAME_LENGTH = 63 - '-config-12345678'.length;

export type Component =
  | 'model-endpoint'
  | 'scoring-job'
  | 'inference'
  | 'management'
  | 'configuration'
  | 'monitoring';

/** What every resource of one endpoint or job shares: names, labels, annotations. */
export class ObjectContext {
  /** Labels of the pods that never change over the life of the workload, since a Deployment's selector cannot. */
  readonly selector: Readonly<Record<string, string>>;

  constructor(
    readonly plan: Pick<EndpointPlan, 'models'>,
    /** Beginning of every name. */
    readonly name: string,
    /** undefined: decided when the manifests are applied. */
    readonly namespace: string | undefined,
  ) {
    this.selector = { 'app.kubernetes.io/name': 'inferstack', 'app.kubernetes.io/instance': name };
  }

  /** Metadata of one resource, with the recommended labels and what was deployed. */
  metadata(suffix: string, component: Component, extra: ApiObjectMetadata = {}): ApiObjectMetadata {
    return {
      name: `${this.name}${suffix}`,
      namespace: this.namespace,
      labels: { ...this.labels(component), ...extra.labels },
      annotations: { ...this.modelAnnotations(), ...extra.annotations },
    };
  }

  /** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
  labels(component: Component): Record<string, string> {
    const version = labelValue(this.plan.models[0].manifest.version);
    return {
      ...this.selector,
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/managed-by': 'inferstack',
      ...(version === undefined ? {} : { 'app.kubernetes.io/version': version }),
    };
  }

  modelAnnotations(): Record<string, string> {
    const { models } = this.plan;
    const all = severalPackages(models);
    return {
      ...packageAnnotations(models[0]),
      ...(all === undefined ? {} : { 'inferstack.dev/models': all }),
    };
  }
}

/** One endpoint. */
export class EndpointContext extends ObjectContext {
  constructor(
    override readonly plan: EndpointPlan,
    name: string,
    namespace: string | undefined,
    /** By default our own Deployment, which has the name itself. */
    readonly workload: Workload = ownDeployment(name),
  ) {
    super(plan, name, namespace);
  }
}

/** Which package it is, for people and tools that look at the cluster. */
export function packageAnnotations({ digest, manifest }: ModelPackage): Record<string, string> {
  return {
    'inferstack.dev/model': manifest.name,
    'inferstack.dev/model-version': manifest.version,
    'inferstack.dev/model-digest': digest,
  };
}

/** The first 8 digits of a package's digest. */
export const shortDigest = (model: ModelPackage): string => digestHex(model).slice(0, 8);
