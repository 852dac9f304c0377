import type { TerraformStack } from 'cdktf';
import { type EndpointPlan, ModelEndpoint, type ModelEndpointProps, RuntimeImage } from 'inferstack';
import { VertexEndpoint, type VertexEndpointOptions, type VertexNative } from 'inferstack/gcp';
import {
  exampleModel,
  IMAGE,
  inStack,
  PROJECT,
  REGION,
  type Resource,
  type Template,
  templateOf,
} from '../../support/synthesize';

export type Options = Partial<VertexEndpointOptions>;
export type Props = Omit<Partial<ModelEndpointProps<VertexNative>>, 'target'>;
export type Release = Resource;

export function endpointIn(stack: TerraformStack, options: Options = {}, props: Props = {}, id = 'Endpoint') {
  return new ModelEndpoint(stack, id, {
    model: exampleModel(),
    target: new VertexEndpoint({ project: PROJECT, region: REGION, ...options }),
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...props.runtime },
  });
}

/** An endpoint `serving-endpoint` of breast-cancer 1, as Terraform gets it. */
export function synthesize(options: Options = {}, props: Props = {}): Template {
  return inStack((stack) => {
    endpointIn(stack, options, props);
    return templateOf(stack);
  });
}

export function planOf(options: Options = {}, props: Props = {}): EndpointPlan {
  return inStack((stack) => endpointIn(stack, options, props).plan);
}

/** What the target makes of a plan, without the construct around it. */
export function bindPlan(plan: EndpointPlan, options: Options = {}): Template {
  return inStack((stack) => {
    new VertexEndpoint({ project: PROJECT, region: REGION, ...options }).bind(stack, plan);
    return templateOf(stack);
  });
}

/** The release a template tells in its outputs. */
export function releaseOf({ json }: Template): Release {
  const outputs = Object.values(json['output'] as Record<string, Resource>);
  return outputs.find(({ value }) => value?.kind === 'VertexRelease')!['value'] as Release;
}

/** The configuration the container of a release starts with. */
export function configOf(release: Release): Resource {
  return JSON.parse(release['model'].containerSpec.env[0].value) as Resource;
}
