import type { TerraformStack } from 'cdktf';
import { type EndpointPlan, ModelEndpoint, type ModelEndpointProps, RuntimeImage } from 'inferstack';
import {
  MachineLearningEndpoint,
  type MachineLearningEndpointOptions,
  type MachineLearningNative,
} from 'inferstack/azure';
import {
  exampleModel,
  IMAGE,
  newStack,
  type Resource,
  SUBSCRIPTION,
  type Template,
  templateOf,
} from '../../support/synthesize';

export type Options = Partial<MachineLearningEndpointOptions>;
export type Props = Omit<Partial<ModelEndpointProps<MachineLearningNative>>, 'target'>;

/** A workspace that is there. */
export const WORKSPACE = {
  id: `${SUBSCRIPTION}/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/research`,
  name: 'research',
  resourceGroupName: 'ml',
  location: 'westeurope',
};

export const target = (options: Options = {}) =>
  new MachineLearningEndpoint({ location: 'westeurope', machineLearning: WORKSPACE, ...options });

export function endpointIn(stack: TerraformStack, options: Options = {}, props: Props = {}, id = 'Endpoint') {
  return new ModelEndpoint(stack, id, {
    model: exampleModel(),
    target: target(options),
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...props.runtime },
  });
}

/** An endpoint `serving-endpoint` of breast-cancer 1, as Terraform gets it. */
export function synthesize(options: Options = {}, props: Props = {}): Template {
  const stack = newStack();
  endpointIn(stack, options, props);
  return templateOf(stack);
}

export function planOf(options: Options = {}, props: Props = {}): EndpointPlan {
  return endpointIn(newStack(), options, props).plan;
}

/** What the target makes of a plan, without the construct around it. */
export function bindPlan(plan: EndpointPlan, options: Options = {}): Template {
  const stack = newStack();
  target(options).bind(stack, plan);
  return templateOf(stack);
}

/** Resources of a template of Azure Resource Manager, by the id of the Terraform resource that brings it. */
export function armOf(template: Template, id: 'Endpoint' | 'Deployment' | 'Traffic'): Resource[] {
  const deployments = template.all('resource_group_template_deployment');
  const [, found] = Object.entries(deployments).find(([name]) => name.includes(`${id}Template`))!;
  return (JSON.parse(found['template_content']) as Resource)['resources'] as Resource[];
}

/** The configuration the container starts with. */
export function configOf(template: Template): Resource {
  const [, deployment] = armOf(template, 'Deployment');
  return JSON.parse(deployment!['properties'].environmentVariables.INFERSTACK_CONFIG) as Resource;
}
