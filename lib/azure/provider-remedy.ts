/** How a stack gets the provider of Azure. */
export const ADD_PROVIDER =
  "Add one: `new AzurermProvider(stack, 'azurerm', { features: [{}], subscriptionId: '...', storageUseAzuread: true })` " +
  'from @cdktf/provider-azurerm/lib/provider.';
