import { RootConstruct } from 'constructs';
import { type EndpointPlan, ModelEndpoint, ModelSource, RuntimeImage } from 'inferstack';
import { exampleModel } from '../support/endpoint';
import { FakeTarget } from '../support/fake-target';
import type { Change, NeutralProps } from './conformance-target';

/** In a registry that every platform pulls from. */
export const IMAGE = `europe-docker.pkg.dev/serving/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const MODEL = exampleModel('breast-cancer', '1');

/** The one definition every target gets: defaults, but for what `demands` says. */
export function endpointPlan(demands: NeutralProps = {}): EndpointPlan {
  return new ModelEndpoint(new RootConstruct('Serving'), 'Endpoint', {
    model: ModelSource.fromDirectory(MODEL),
    target: new FakeTarget(),
    ...demands,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...demands.runtime },
  }).plan;
}

/** Leaves of a plan that say what to build; the model package stands for itself by name, version and digest. */
export function planLeaves({ model: _, ...rest }: EndpointPlan): string[] {
  const model = ['digest', 'bytes', 'manifest.name', 'manifest.version'].map((leaf) => `model.${leaf}`);
  return [...model, ...leaves(rest, '')];
}

/** The plan with other values. */
export function changed(plan: EndpointPlan, change: Change): EndpointPlan {
  return Object.entries(change).reduce<unknown>(
    (node, [path, value]) => replaced(node, path.split('.'), value),
    plan,
  ) as EndpointPlan;
}

function leaves(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' && child !== null ? leaves(child, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function replaced(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = node as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, value) };
}
