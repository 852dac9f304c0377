import { ContainerAppEndpoint, Exposure } from 'inferstack/azure';
import type { ConformanceTarget } from '../conformance-target';
import { bindInStack, resourcesOf } from './terraform';

export const azure: ConformanceTarget = {
  platform: 'azure',
  title: 'ContainerAppEndpoint',
  demands: {},
  changes: {
    // CPU and memory come in pairs.
    'resources.cpuMillis': { 'resources.cpuMillis': 2000, 'resources.memoryMiB': 4096 },
    'resources.memoryMiB': { 'resources.cpuMillis': 500, 'resources.memoryMiB': 1024 },
  },
  limits: ['AZURE_STORAGE'],
  bind: (plan, exposure = 'default') =>
    bindInStack(
      new ContainerAppEndpoint({
        location: 'westeurope',
        exposure: exposure === 'internet' ? Exposure.internet() : Exposure.private(),
        // The first release of a rollout by steps has nothing to go back to.
        modelStorage: { previousModels: [] },
      }),
      plan,
    ),
  publicExposures: (rendered) => [
    ...resourcesOf(rendered, /^azurerm_container_app_environment$/)
      .filter((environment) => environment.internal_load_balancer_enabled !== true)
      .map(({ name }) => `environment ${name}`),
    ...resourcesOf(rendered, /^azurerm_storage_account$/)
      .filter((account) => account.allow_nested_items_to_be_public !== false)
      .map(({ name }) => `storage account ${name}`),
    ...resourcesOf(rendered, /^azurerm_storage_container$/)
      .filter((container) => container.container_access_type !== 'private')
      .map(({ name }) => `container ${name}`),
    ...resourcesOf(rendered, /^azurerm_public_ip$/).map(({ name }) => `address ${name}`),
  ],
  broadPermissions: (rendered) => [
    ...resourcesOf(rendered, /^azurerm_role_assignment$/)
      .filter(
        ({ role_definition_name: role, scope }) =>
          /^(Owner|Contributor|User Access Administrator)$/.test(role) ||
          /azurerm_(resource_group|subscription)|^\/subscriptions\/[^/]+$/.test(scope),
      )
      .map(({ role_definition_name: role, scope }) => `${role} on ${scope}`),
    ...resourcesOf(rendered, /^azurerm_role_definition$/)
      .filter(({ permissions }) => /\*/.test(JSON.stringify(permissions)))
      .map(({ name }) => `own role ${name}`),
  ],
  unavoidable: {},
};
