import type { ModelPackage } from '@inferstack/runtime/model';
import type { ApiObjectMetadata } from 'cdk8s';
import { digestHex, type EndpointPlan, severalPackages } from '../core';
import { labelValue } from './label-value';

/** Longest suffix a resource gets: `-config-12345678`. */
export const MAX_NAME_LENGTH = 63 - '-config-12345678'.length;

export type Component = 'model-endpoint' | 'inference' | 'management' | 'configuration' | 'monitoring';

/** What every resource of one endpoint shares: names, labels, annotations. */
export class EndpointContext {
  /** Labels of the pods that never change over the life of the endpoint, since a Deployment's selector cannot. */
  readonly selector: Readonly<Record<string, string>>;

  constructor(
    readonly plan: EndpointPlan,
    /** Name of the Deployment, and beginning of every other name. */
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
