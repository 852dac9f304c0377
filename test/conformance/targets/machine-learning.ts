import { MachineLearningEndpoint } from 'inferstack/azure';
import type { ConformanceTarget, Rendered } from '../conformance-target';
import { azure } from './azure';
import { bindInStack, resourcesOf } from './terraform';

const WORKSPACE = {
  id: '/subscriptions/0/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/research',
  name: 'research',
  resourceGroupName: 'ml',
  location: 'westeurope',
};

export const machineLearning: ConformanceTarget = {
  platform: 'azure',
  title: 'MachineLearningEndpoint',
  speaks: ['azureml'],
  demands: {},
  changes: {
    // Machines come in sizes: less than a size more is none.
    'resources.cpuMillis': { 'resources.cpuMillis': 4000 },
    'resources.memoryMiB': { 'resources.memoryMiB': 12_288 },
    'scaling.scaleOutCooldownSeconds': { 'scaling.scaleOutCooldownSeconds': 120 },
  },
  limits: ['AZURE_STORAGE'],
  bind: (plan, exposure = 'default') => {
    const publicAccess = exposure === 'internet';
    const options = { location: 'westeurope', machineLearning: WORKSPACE, publicAccess };
    return withoutConfigInTemplates(bindInStack(new MachineLearningEndpoint(options), plan));
  },
  publicExposures: (rendered) => [
    ...resourcesOf(rendered, /^azurerm_resource_group_template_deployment$/)
      .filter(({ template_content: content }) => /"publicNetworkAccess":"Enabled"/.test(content))
      .map(({ name }) => `endpoint of ${name}`),
    ...azure.publicExposures(rendered),
  ],
  broadPermissions: azure.broadPermissions,
  unavoidable: {},
};

/** The configuration lies inside a document here, and its hash in the name of the deployment. */
function withoutConfigInTemplates(rendered: Rendered): Rendered {
  const text = JSON.stringify(rendered.platform)
    .replace(/\\"INFERSTACK_CONFIG\\":\\"(?:\\\\.|[^\\])*?(?<!\\)\\"/g, '\\"INFERSTACK_CONFIG\\":\\"\\"')
    .replace(/\br-[0-9a-f]{16}\b/g, '<release>');
  return { ...rendered, platform: JSON.parse(text) };
}
