import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, GcsBackend, TerraformStack, Testing } from 'cdktf';
import {
  type EndpointPlan,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  RuntimeImage,
} from 'inferstack';
import { CloudRunEndpoint, type CloudRunEndpointOptions, type CloudRunNative } from 'inferstack/gcp';

export const PROJECT = 'my-project-123';
export const REGION = 'europe-west1';
export const IMAGE = `europe-west1-docker.pkg.dev/my-project-123/inferstack/runtime@sha256:${'a'.repeat(64)}`;
const MODELS = path.resolve(__dirname, '../../../examples/models');

export type Options = Partial<CloudRunEndpointOptions>;
export type Props = Omit<Partial<ModelEndpointProps<CloudRunNative>>, 'target'>;
/** A resource as Terraform reads it. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests look at
export type Resource = Record<string, any>;

export interface Template {
  /** Resources of a type, by their id without prefix and hash. */
  all(type: string): Record<string, Resource>;
  /** The only resource of a type. */
  find(type: string): Resource;
  readonly types: readonly string[];
  readonly json: Resource;
}

export const exampleModel = (name = 'breast-cancer', version = '1') =>
  ModelSource.fromDirectory(path.join(MODELS, name, version));

/** A stack whose files go to a folder that is removed when the work is done. */
export function inStack<T>(work: (stack: TerraformStack) => T): T {
  const outdir = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'Serving');
    new GoogleProvider(stack, 'Google', { project: PROJECT, region: REGION });
    new GcsBackend(stack, { bucket: 'state' });
    return work(stack);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function endpointIn(stack: TerraformStack, options: Options = {}, props: Props = {}, id = 'Endpoint') {
  return new ModelEndpoint(stack, id, {
    model: exampleModel(),
    target: new CloudRunEndpoint({ project: PROJECT, region: REGION, ...options }),
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
    new CloudRunEndpoint({ project: PROJECT, region: REGION, ...options }).bind(stack, plan);
    return templateOf(stack);
  });
}

export function templateOf(stack: TerraformStack): Template {
  const json = JSON.parse(Testing.synth(stack, true)) as Resource;
  const all = (type: string) => byId(json['resource'][type] ?? {});
  return {
    json,
    types: Object.keys(json['resource']),
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
