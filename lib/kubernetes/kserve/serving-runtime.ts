import { toJson_PodSpec } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointContext } from '../context';
import { type PodParts, podSpec } from '../pod';
import type { PodOptions } from '../pod-options';
import { MANAGEMENT_PORT_NAME } from '../services';
import { shortHash } from '../shared-resources';
import {
  type KServeProtocol,
  type RenderedPod,
  ServingRuntime,
  type ServingRuntimeSpec,
} from './custom-resources';

/** Of our own, so that no InferenceService of others in the namespace is given this runtime with a mere ONNX file. */
export const MODEL_FORMAT = 'inferstack';
/** KServe recognizes the container that serves by this name. */
const CONTAINER = 'kserve-container';

/** A pod as KServe takes it: what the runtime brings, and what the InferenceService says itself. */
export interface KServePod {
  readonly runtime: Pick<ServingRuntimeSpec, 'containers' | 'volumes' | 'nodeSelector' | 'imagePullSecrets'>;
  readonly predictor: RenderedPod;
}

/** The pod of every Kubernetes target, with the changes KServe demands. */
export function kservePod(context: EndpointContext, options: PodOptions, parts: PodParts): KServePod {
  const { containers, volumes, nodeSelector, imagePullSecrets, ...predictor } = toJson_PodSpec(
    podSpec(context, options, parts),
  ) as RenderedPod & { containers: readonly RenderedContainer[] };
  return {
    runtime: { containers: containers.map(kserveContainer), volumes, nodeSelector, imagePullSecrets },
    predictor,
  };
}

interface RenderedContainer extends RenderedPod {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

/** KServe opens every declared port on the Service of predictions; management has no business there. */
function kserveContainer({ ports, ...container }: RenderedContainer): RenderedPod {
  return { ...container, name: CONTAINER, ports: ports.filter(({ name }) => name !== MANAGEMENT_PORT_NAME) };
}

/**
 * The runtime under a name of its content. Were it changed in place, KServe would mix the new container with the old
 * InferenceService, or the reverse, until both are applied; so the InferenceService moves to another by one change.
 */
export function servingRuntime(
  scope: Construct,
  context: EndpointContext,
  { runtime }: KServePod,
): ServingRuntime {
  const spec: ServingRuntimeSpec = {
    supportedModelFormats: [{ name: MODEL_FORMAT, version: '1', autoSelect: false }],
    protocolVersions: protocols(context),
    multiModel: false,
    ...runtime,
  };
  return new ServingRuntime(scope, 'ServingRuntime', {
    metadata: context.metadata(`-runtime-${shortHash(JSON.stringify(spec))}`, 'model-endpoint', {
      annotations: { 'argocd.argoproj.io/sync-options': 'PruneLast=true' },
    }),
    spec,
  });
}

function protocols({ plan }: EndpointContext): KServeProtocol[] {
  return ['v1', 'v2', ...(plan.runtime.grpc ? (['grpc-v2'] as const) : [])];
}
