import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import { ModelEndpoint, type ModelEndpointProps, RuntimeImage } from 'inferstack';
import { SageMakerEndpoint, type SageMakerEndpointOptions, type SageMakerNative } from 'inferstack/aws';
import { MODEL, newStack, only } from '../support';

export const ECR_IMAGE = `111122223333.dkr.ecr.eu-central-1.amazonaws.com/runtime@sha256:${'c'.repeat(64)}`;

export type EndpointProps = Partial<Omit<ModelEndpointProps<SageMakerNative>, 'target'>>;

export function endpointIn(stack: Stack, options: SageMakerEndpointOptions, props: EndpointProps = {}) {
  return new ModelEndpoint(stack, 'Endpoint', {
    model: MODEL,
    target: new SageMakerEndpoint(options),
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(ECR_IMAGE), ...props.runtime },
  });
}

/** An endpoint in a stack and VPC of its own; only what the test is about needs to be given. */
export function sagemaker(
  props: EndpointProps = {},
  options: Partial<SageMakerEndpointOptions> | ((stack: Stack) => Partial<SageMakerEndpointOptions>) = {},
) {
  const { stack, vpc } = newStack();
  const given = typeof options === 'function' ? options(stack) : options;
  const endpoint = endpointIn(stack, { vpc, ...given }, props);
  return { stack, vpc, endpoint, native: endpoint.native, template: Template.fromStack(stack) };
}

/** The one variant of the one endpoint configuration. */
export function variant(template: Template) {
  return only(template, 'AWS::SageMaker::EndpointConfig').ProductionVariants[0];
}

/** The configuration of the runtime, put together from the variables of the container. */
export function configOf(environment: Readonly<Record<string, string>>): string {
  const parts: string[] = [];
  while (environment[`INFERSTACK_CONFIG_${parts.length + 1}`] !== undefined) {
    parts.push(environment[`INFERSTACK_CONFIG_${parts.length + 1}`]!);
  }
  return parts.join('');
}
