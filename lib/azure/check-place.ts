import type { AzureEndpointOptions } from './azure-endpoint-options';
import type { Checker } from './checker';

export function checkPlace(check: Checker, { location, resourceGroup }: AzureEndpointOptions): void {
  if (location !== undefined || resourceGroup !== undefined) return;
  check.add('AZURE_LOCATION', 'target.location', {
    what: 'nothing says in which region the resources are created',
    got: undefined,
    allowed: 'location, or a resourceGroup that has one',
    remedy: "Give location, e.g. 'westeurope'.",
  });
}
