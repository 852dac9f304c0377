import path from 'node:path';
import { App, Chart, type ChartProps } from 'cdk8s';
import {
  type EndpointPlan,
  type EndpointTarget,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelSource,
  RuntimeImage,
} from 'inferstack';
import {
  KubernetesEndpoint,
  type KubernetesEndpointOptions,
  type KubernetesNative,
} from 'inferstack/kubernetes';
import type { Manifest } from './manifest';

export const IMAGE = `registry.example.com/inferstack/runtime@sha256:${'a'.repeat(64)}`;
export const MODELS = path.resolve(__dirname, '../../../examples/models');

export type Props = Omit<Partial<ModelEndpointProps<KubernetesNative>>, 'target'>;

export interface Synthesized<Native = KubernetesNative> extends Rendered {
  readonly endpoint: ModelEndpoint<Native>;
}

export interface Rendered {
  readonly manifests: readonly Manifest[];
  /** The only manifest of a kind, or the one whose name ends so. */
  find(kind: string, nameEnd?: string): Manifest;
}

export function chart(props: ChartProps = {}): Chart {
  return new Chart(new App(), 'Serving', { namespace: 'models', ...props });
}

export function endpointIn(scope: Chart, options: KubernetesEndpointOptions = {}, props: Props = {}) {
  return endpointOn(new KubernetesEndpoint(options), scope, props);
}

/** An endpoint `serving-endpoint` of breast-cancer 1 on any target of cdk8s. */
export function endpointOn<Native>(
  target: EndpointTarget<Native>,
  scope: Chart,
  props: Omit<Partial<ModelEndpointProps<Native>>, 'target'> = {},
): ModelEndpoint<Native> {
  return new ModelEndpoint(scope, 'Endpoint', {
    model: ModelSource.fromDirectory(path.join(MODELS, 'breast-cancer/1')),
    target,
    ...props,
    runtime: { image: RuntimeImage.fromRegistry(IMAGE), ...props.runtime },
  });
}

/** An endpoint `serving-endpoint` of breast-cancer 1 in the namespace `models`, rendered as the cluster gets it. */
export function synthesize(
  options: KubernetesEndpointOptions = {},
  props: Props = {},
  chartProps: ChartProps = {},
): Synthesized {
  const scope = chart(chartProps);
  const endpoint = endpointIn(scope, options, props);
  return { endpoint, ...rendered(scope) };
}

/** What a chart holds, as the cluster gets it. */
export function rendered(scope: Chart): Rendered {
  const manifests = scope.toJson() as Manifest[];
  return { manifests, find: (kind, end) => findManifest(manifests, kind, end) };
}

/** What the target makes of a plan, without the construct around it. */
export function bindPlan(plan: EndpointPlan, options: KubernetesEndpointOptions = {}): readonly Manifest[] {
  const scope = chart();
  new KubernetesEndpoint(options).bind(scope, plan);
  return scope.toJson() as Manifest[];
}

function findManifest(manifests: readonly Manifest[], kind: string, nameEnd = ''): Manifest {
  const found = manifests.filter((m) => m.kind === kind && m.metadata.name.endsWith(nameEnd));
  if (found.length !== 1) throw new Error(`${found.length} manifests of kind ${kind} ending in ${nameEnd}`);
  return found[0]!;
}
