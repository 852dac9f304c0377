import type { EndpointPlan } from '../core';
import { literal } from '../terraform';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { ResourceGroupReference } from './references';

/** What every resource of one endpoint shares. */
export class EndpointContext {
  constructor(
    readonly plan: EndpointPlan,
    readonly options: ContainerAppEndpointOptions,
    /** Name of the container app, and part of every other name. */
    readonly name: string,
    readonly group: ResourceGroupReference,
  ) {}

  get tags(): Record<string, string> {
    return resourceTags(this.name, this.options);
  }

  /** Group, region and tags, for resources that have all three. */
  get placed() {
    const { name: resourceGroupName, location } = this.group;
    return { resourceGroupName, location, tags: this.tags };
  }
}

export function resourceTags(
  name: string,
  { tags = {} }: ContainerAppEndpointOptions,
): Record<string, string> {
  const own = Object.entries(tags).map(([key, value]) => [literal(key), literal(value)]);
  return { ...Object.fromEntries(own), 'inferstack-endpoint': name };
}
