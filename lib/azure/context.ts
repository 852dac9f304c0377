import type { EndpointPlan, ImagePlan } from '../core';
import { literal } from '../terraform';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { ResourceGroupReference } from './references';

/** What every resource of one endpoint shares. */
export class EndpointContext<Options extends AzureEndpointOptions = ContainerAppEndpointOptions>
  implements AnyContext
{
  readonly kind = 'endpoint';

  constructor(
    readonly plan: EndpointPlan,
    readonly options: Options,
    /** Name of the endpoint, and part of every other name. */
    readonly name: string,
    readonly group: ResourceGroupReference,
  ) {}

  get tags(): Record<string, string> {
    return resourceTags(this.kind, this.name, this.options);
  }

  /** Group, region and tags, for resources that have all three. */
  get placed() {
    const { name: resourceGroupName, location } = this.group;
    return { resourceGroupName, location, tags: this.tags };
  }
}

export function resourceTags(
  kind: AnyContext['kind'],
  name: string,
  { tags = {} }: AzureEndpointOptions,
): Record<string, string> {
  const own = Object.entries(tags).map(([key, value]) => [literal(key), literal(value)]);
  return { ...Object.fromEntries(own), [`inferstack-${kind}`]: name };
}

/** Of an endpoint or a job, on whatever service of Azure. */
export interface AnyContext {
  readonly kind: 'endpoint' | 'job';
  readonly plan: SharedPlan;
  readonly options: AzureEndpointOptions;
  readonly name: string;
  readonly group: ResourceGroupReference;
  readonly tags: Record<string, string>;
  readonly placed: {
    readonly resourceGroupName: string;
    readonly location: string;
    readonly tags: Record<string, string>;
  };
}

/** What plans of endpoints and of jobs both say. */
export interface SharedPlan extends Pick<EndpointPlan, 'path' | 'models'> {
  readonly monitoring: Pick<EndpointPlan['monitoring'], 'logRetentionDays' | 'runbookUrl'>;
  readonly runtime: { readonly image: ImagePlan };
}
