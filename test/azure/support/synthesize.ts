import path from 'node:path';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { App, AzurermBackend, TerraformStack, Testing } from 'cdktf';
import {
  type EndpointPlan,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  RuntimeImage,
} from 'inferstack';
import {
  ContainerAppEndpoint,
  type ContainerAppEndpointOptions,
  type ContainerAppNative,
} from 'inferstack/azure';
import { temporaryFolder } from '../../support/temporary-folder';

export const IMAGE = `registry.example.com/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const MODELS = path.resolve(__dirname, '../../../examples/models');
const outdir = temporaryFolder();

export type Options = ContainerAppEndpointOptions;
export type Props = Omit<Partial<ModelEndpointProps<ContainerAppNative>>, 'target'>;
/** A resource as Terraform reads it. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests look at
export type Resource = Record<string, any>;

export interface Template {
  /** Resources of a type, by their id without prefix and hash; `azurerm_` is left out of types. */
  all(type: string): Record<string, Resource>;
  /** The only resource of a type. */
  find(type: string): Resource;
  readonly types: readonly string[];
  readonly json: Resource;
}

export const exampleModel = (name = 'breast-cancer', version = '1') =>
  ModelSource.fromDirectory(path.join(MODELS, name, version));

export function newStack(): TerraformStack {
  const stack = new TerraformStack(new App({ outdir }), 'Serving');
  new AzurermProvider(stack, 'Azure', { features: [{}], storageUseAzuread: true });
  new AzurermBackend(stack, { storageAccountName: 'state', containerName: 'state', key: 'serving' });
  return stack;
}

export function endpointIn(stack: TerraformStack, options: Options = {}, props: Props = {}, id = 'Endpoint') {
  return new ModelEndpoint(stack, id, {
    model: exampleModel(),
    target: new ContainerAppEndpoint({ location: 'westeurope', ...options }),
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
  new ContainerAppEndpoint({ location: 'westeurope', ...options }).bind(stack, plan);
  return templateOf(stack);
}

export function templateOf(stack: TerraformStack): Template {
  const json = JSON.parse(Testing.synth(stack, true)) as Resource;
  const all = (type: string) => byId(json['resource'][`azurerm_${type}`] ?? {});
  return {
    json,
    types: Object.keys(json['resource']).map((type) => type.replace(/^azurerm_/, '')),
    all,
    find: (type) => {
      const found = Object.values(all(type));
      if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
      return found[0]!;
    },
  };
}

function byId(resources: Record<string, Resource>): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(resources).map(([id, { '//': _, ...resource }]) => [
      id.replace(/_[0-9A-F]{8}$/, '').replace(/^Endpoint_/, ''),
      resource,
    ]),
  );
}

/** The configuration that the runtime is started with. */
export function configOf(template: Template): Resource {
  const [container] = template.find('container_app')['template'].container;
  const { value } = container.env.find(({ name }: Resource) => name === 'INFERSTACK_CONFIG');
  return JSON.parse(value) as Resource;
}
