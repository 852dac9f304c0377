import type { EndpointPlan } from '../core';
import { literal } from '../terraform';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { ResourceGroupReference } from './references';

/** What every resource of one endpoint shares. */
export class EndpointContext<Options extends AzureEndpointOptions = ContainerAppEndpointOptions> {
  constructor(
    readonly plan: EndpointPlan,
    readonly options: Options,
    /** Name of the endpoint, and part of every other name. */
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

export function resourceTags(name: string, { tags = {} }: AzureEndpointOptions): Record<string, string> {
  const own = Object.entries(tags).map(([key, value]) => [literal(key), literal(value)]);
  return { ...Object.fromEntries(own), 'inferstack-endpoint': name };
}

/** Of an endpoint on whatever service of Azure. */
export type AnyContext = EndpointContext<AzureEndpointOptions>;
