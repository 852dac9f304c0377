import { App, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from 'inferstack';
import { temporaryFolder } from '../../support/temporary-folder';
import type { Rendered } from '../conformance-target';
import { withoutConfig } from '../without-config';

/** Arguments of a resource; which ones it has is the provider's business. */
// biome-ignore lint/suspicious/noExplicitAny: a configuration is JSON of any form, and a wrong guess fails the test
export type Arguments = any;

const outdir = temporaryFolder();

/** Binds a plan below a new Terraform stack. */
export function bindInStack(target: EndpointTarget<unknown>, plan: EndpointPlan): Rendered {
  const stack = new TerraformStack(new App({ outdir }), 'Serving');
  const scope = new Construct(stack, 'Endpoint');
  const { runtimeConfig }: BoundEndpoint<unknown> = target.bind(scope, plan);
  const configuration = JSON.parse(Testing.synth(stack)) as object;
  const warnings = scope.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => data));
  const text = JSON.stringify([configuration, warnings]);
  return { platform: withoutConfig([configuration, warnings]), runtimeConfig, text };
}

/** All resources of a type, or of every type that matches. */
export function resourcesOf({ platform }: Rendered, type: RegExp): Arguments[] {
  const [{ resource }] = platform as [{ resource: Record<string, Record<string, Arguments>> }];
  return Object.entries(resource)
    .filter(([name]) => type.test(name))
    .flatMap(([, byId]) => Object.values(byId));
}
