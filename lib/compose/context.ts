import { type EndpointPlan, severalPackages } from '../core';
import { literal } from './service-definition';

/** Longest name of a service is a DNS label of 63 characters; the longest suffix is `-callers`, or `-` and a number. */
export const MAX_NAME_LENGTH = 63 - '-callers'.length;

/** What every part of one endpoint shares: names and labels. */
export class EndpointContext {
  constructor(
    readonly plan: EndpointPlan,
    /** Name of the balancer's service, and beginning of every other name. */
    readonly name: string,
    readonly project: string,
  ) {}

  /** Services that always run. */
  get replicas(): string[] {
    return Array.from({ length: this.plan.scaling.minReplicas }, (_, i) => `${this.name}-${i + 1}`);
  }

  /** The service that runs besides while others are replaced. */
  get surge(): string {
    return `${this.name}-surge`;
  }

  /** Network of the replicas: nothing outside is reached from there. */
  get network(): string {
    return this.name;
  }

  /** Network of those who ask: the balancer alone is found there. */
  get callers(): string {
    return `${this.name}-callers`;
  }

  get egress(): string {
    return `${this.name}-egress`;
  }

  labels(component: 'balancer' | 'replica'): Record<string, string> {
    const { models, monitoring } = this.plan;
    const labels = {
      'dev.inferstack.endpoint': this.name,
      'dev.inferstack.component': component,
      // Docker keeps logs by size; the days are for whatever collects them.
      'dev.inferstack.log-retention-days': String(monitoring.logRetentionDays),
    };
    if (component === 'balancer') return labels;
    const [model] = models;
    const all = severalPackages(models);
    return {
      ...labels,
      'dev.inferstack.model': literal(model.manifest.name),
      'dev.inferstack.model-version': literal(model.manifest.version),
      'dev.inferstack.model-digest': model.digest,
      ...(all === undefined ? {} : { 'dev.inferstack.models': literal(all) }),
    };
  }
}
