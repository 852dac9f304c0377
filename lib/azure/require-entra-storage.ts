import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { formatProblem } from '@inferstack/runtime/contract';
import type { TerraformStack } from '../terraform';

/**
 * Has the synthesis fail when the provider would reach storage accounts with their keys, which the account of the
 * models does not have: without `storageUseAzuread` its creation fails at deployment, half-way.
 */
export function requireEntraStorage(stack: TerraformStack, path: string): void {
  stack.node.addValidation({
    validate: () => {
      const providers = stack.node.findAll().filter((node) => node instanceof AzurermProvider);
      const usesKeys = providers.find(({ storageUseAzuread = false }) => storageUseAzuread === false);
      return usesKeys === undefined ? [] : [problemLine(path)];
    },
  });
}

function problemLine(at: string): string {
  return formatProblem({
    code: 'AZURE_PROVIDER',
    at,
    what: 'the provider would reach the storage account with its keys, which are switched off',
    got: 'AzurermProvider without storageUseAzuread',
    allowed: 'storageUseAzuread: true',
    remedy: 'Set storageUseAzuread: true on the AzurermProvider of the stack.',
  });
}
