import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import type { Construct } from 'constructs';
import { literal } from '../terraform';
import type { AzureEndpointOptions } from './azure-endpoint-options';
import { type AnyContext, resourceTags } from './context';
import type { ResourceGroupReference } from './references';

/** Group and region of what is created: yours, or one of its own. */
export function resolveResourceGroup(
  scope: Construct,
  name: string,
  options: AzureEndpointOptions,
  kind: AnyContext['kind'] = 'endpoint',
): { readonly group: ResourceGroupReference; readonly created: ResourceGroup | undefined } {
  const { resourceGroup, location } = options;
  if (resourceGroup !== undefined) {
    return {
      group: { ...pick(resourceGroup), location: location ?? resourceGroup.location },
      created: undefined,
    };
  }
  const created = new ResourceGroup(scope, 'ResourceGroup', {
    name: `rg-${name}`,
    location: literal(location!),
    tags: resourceTags(kind, name, options),
  });
  return { group: created, created };
}

const pick = ({ id, name }: ResourceGroupReference) => ({ id: literal(id), name: literal(name) });
