import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { EndpointPlan, EndpointTarget } from 'inferstack';
import type { Rendered } from '../conformance-target';

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: manifests are JSON of any form, and a wrong guess fails the test
  readonly [key: string]: any;
}

/** Names of objects that hold a hash of the runtime's configuration, directly or by what they name. */
const HASHED = /[a-z0-9-]+-(config|runtime)-[0-9a-f]{8}/g;

/** Binds a plan below a new chart. */
export function bindInChart(target: EndpointTarget<unknown>, plan: EndpointPlan): Rendered {
  const chart = new Chart(new App(), 'Serving', { namespace: 'models' });
  const { runtimeConfig } = target.bind(new Construct(chart, 'Endpoint'), plan);
  const manifests = chart.toJson() as Manifest[];
  return {
    platform: withoutConfig(manifests, runtimeConfig),
    runtimeConfig,
    text: JSON.stringify(manifests),
  };
}

export function manifestsOf({ platform }: Rendered): readonly Manifest[] {
  return platform as readonly Manifest[];
}

/** Names of the objects of a kind, those a filter lets through. */
export function named(rendered: Rendered, filter: (manifest: Manifest) => boolean): string[] {
  return manifestsOf(rendered)
    .filter(filter)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

export const roles = (rendered: Rendered): string[] =>
  named(rendered, ({ kind }) => /Role(Binding)?$/.test(kind));

/** The manifests without the runtime's configuration, whose hash is part of names. */
function withoutConfig(all: readonly Manifest[], config: RuntimeConfig): unknown {
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const rest = all.filter(({ data }) => data?.['config.json'] !== text);
  if (rest.length !== all.length - 1) throw new Error('the configuration is not in one ConfigMap');
  return JSON.parse(JSON.stringify(rest).replace(HASHED, '<$1>'));
}
