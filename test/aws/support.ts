import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, type AppProps, Stack, type StackProps } from 'aws-cdk-lib/core';
import { ModelEndpoint, type ModelEndpointProps, ModelSource, RuntimeImage } from 'inferstack';
import { FargateEndpoint, type FargateEndpointOptions, type FargateNative } from 'inferstack/aws';
import { exampleModel } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';

/** One for all apps of a suite: what was staged once is not staged again. */
const outdir = temporaryFolder();

export const PINNED = `registry.example.com/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const CERTIFICATE_ARN = 'arn:aws:acm:eu-central-1:111122223333:certificate/c0ffee';
export const KNOWN_ENV = { account: '111122223333', region: 'eu-central-1' };

export type EndpointProps = Partial<Omit<ModelEndpointProps<FargateNative>, 'target'>>;

export const MODEL = ModelSource.fromDirectory(exampleModel('breast-cancer', '2'));

export function newStack(props: StackProps = {}, app: AppProps = {}): { stack: Stack; vpc: Vpc } {
  const stack = new Stack(new App({ outdir, ...app }), 'CreditRisk', props);
  return {
    stack,
    vpc: new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, restrictDefaultSecurityGroup: false }),
  };
}

export function endpointIn(
  stack: Stack,
  options: FargateEndpointOptions,
  props: EndpointProps = {},
  id = 'Endpoint',
): ModelEndpoint<FargateNative> {
  return new ModelEndpoint(stack, id, {
    model: MODEL,
    target: new FargateEndpoint(options),
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(PINNED), ...props.runtime },
  });
}

/** An endpoint in a stack and VPC of its own; only what the test is about needs to be given. */
export function fargate(
  props: EndpointProps = {},
  options: Partial<FargateEndpointOptions> | ((stack: Stack) => Partial<FargateEndpointOptions>) = {},
) {
  const { stack, vpc } = newStack();
  const given = typeof options === 'function' ? options(stack) : options;
  const endpoint = endpointIn(stack, { vpc, ...given }, props);
  return { stack, vpc, endpoint, native: endpoint.native, template: Template.fromStack(stack) };
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any form, and a wrong guess fails the test.
type Properties = Record<string, any>;

/** Properties of the only resource of a type. */
export function only(template: Template, type: string, id = ''): Properties {
  const found = Object.entries(template.findResources(type)).filter(([key]) => key.includes(id));
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.map(([key]) => key)}`);
  return found[0]![1].Properties;
}

/** Attributes that CloudFormation writes as a list of keys and values. */
export function attributes(list: readonly { Key: string; Value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

/** The only container definition of a template. */
export function container(template: Template): Properties {
  return only(template, 'AWS::ECS::TaskDefinition').ContainerDefinitions[0];
}

/** The environment of the runtime as one object; joins become plain text with placeholders. */
export function environment(template: Template): Record<string, string> {
  return Object.fromEntries(
    container(template).Environment.map(({ Name, Value }: Properties) => [Name, flat(Value)]),
  );
}

/** Intrinsic functions as readable text. */
export function flat(value: Properties | string): string {
  if (typeof value !== 'object') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(flat).join(value['Fn::Join'][0]);
  if (value['Fn::Sub']) return value['Fn::Sub'];
  if (value.Ref) return `<${value.Ref}>`;
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
  return JSON.stringify(value);
}
