import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EndpointPlan, EndpointTarget } from 'inferstack';
import { temporaryFolder } from '../../support/temporary-folder';
import type { Rendered } from '../conformance-target';
import { withoutConfig } from '../without-config';

/** One for all: what was staged once is not staged again. */
const outdir = temporaryFolder();

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any form, and a wrong guess fails the test
  readonly Properties: any;
}

/** Binds a plan below a new stack of aws-cdk-lib. */
export function bindInAwsStack(
  plan: EndpointPlan,
  target: (stack: Stack) => EndpointTarget<unknown>,
): Rendered {
  const stack = new Stack(new App({ outdir }), 'Serving');
  const chosen = target(stack);
  const scope = new Construct(stack, 'Endpoint');
  const { runtimeConfig } = chosen.bind(scope, plan);
  const template = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  const warnings = scope.node.metadata
    .filter(({ type }) => type === 'aws:cdk:warning')
    .map(({ data }) => data);
  const text = JSON.stringify([template, warnings]);
  return { platform: withoutConfig([template, warnings]), runtimeConfig, text };
}

/** Resources whose id starts so: the VPC of the test brings resources of its own. */
export function resourcesBelow({ platform }: Rendered, prefix: string): [string, Resource][] {
  const [template] = platform as [{ Resources: Record<string, Resource> }];
  return Object.entries(template.Resources).filter(([id]) => id.startsWith(prefix));
}

/** Permissions of all actions of a kind, or on all resources. */
export function broadStatements(resources: readonly (readonly [string, Resource])[]): string[] {
  return resources
    .filter(([, { Type }]) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::Role')
    .flatMap(([, { Properties }]) => statements(Properties).filter(isBroad).map(named));
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

function statements(properties: Resource['Properties']): Statement[] {
  const documents = [
    properties.PolicyDocument,
    ...(properties.Policies ?? []).map((policy: Resource['Properties']) => policy.PolicyDocument),
  ];
  return documents.flatMap((document) => document?.Statement ?? []);
}

function isBroad({ Action, Resource }: Statement): boolean {
  return [Action].flat().some((action) => action.includes('*')) || [Resource].flat().includes('*');
}

function named({ Action, Resource }: Statement): string {
  return `${[Action].flat().join(' ')} on ${typeof Resource === 'string' ? Resource : 'a resource'}`;
}
