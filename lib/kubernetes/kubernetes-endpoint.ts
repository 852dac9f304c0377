import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../core';
import { argoEngine } from './argo/argo-engine';
import { checkRolloutTimes, checkShared } from './check-endpoint';
import { Checker, scopeError } from './checker';
import { EndpointContext } from './context';
import { deployment } from './deployment';
import { Exposure } from './exposure';
import type { KubernetesNative } from './kubernetes-native';
import {
  type KubernetesEndpointOptions,
  resolveSharedOptions,
  type SharedOptions,
} from './kubernetes-options';
import { optionalNamespace } from './namespace';
import { deploymentEngine, type RolloutEngine } from './rollout-engine';
import { inferenceService } from './services';
import { foundation, surroundings } from './shared-resources';

/**
 * Serves a model on any Kubernetes, on-premises or managed, as plain manifests written by cdk8s: for `kubectl apply
 * --server-side`, Argo CD or Flux. The image is pulled from a registry (`RuntimeImage.fromRegistry`).
 *
 * @example
 * new ModelEndpoint(chart, 'Endpoint', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new KubernetesEndpoint({ namespace: 'models' }),
 *   runtime: { image: RuntimeImage.fromRegistry('registry.example.com/inferstack/runtime@sha256:...') },
 * });
 */
export class KubernetesEndpoint implements EndpointTarget<KubernetesNative> {
  readonly platform = 'kubernetes';

  constructor(private readonly options: KubernetesEndpointOptions = {}) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Kubernetes cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<KubernetesNative> {
    const chart = scope.node.scopes.find(Chart.isChart);
    if (chart === undefined) throw scopeError(plan.path, 'KubernetesEndpoint');
    const { name = plan.name, namespace = chart.namespace, createNamespace } = this.options;
    const options = resolveSharedOptions(this.options);
    const exposure = this.options.exposure ?? Exposure.clusterInternal();
    const { argoRollouts } = this.options;
    const engine = argoRollouts === undefined ? deploymentEngine : argoEngine(argoRollouts);
    const context = new EndpointContext(plan, name, namespace, engine.workload(name, namespace));
    const check = new Checker(plan.path);
    checkShared(check, chart, context, this.options, options, engine.refused(plan));
    checkRolloutTimes(check, plan);
    exposure.check(check, plan);
    engine.check(check, context, exposure);
    check.throwAll();
    const created = optionalNamespace(scope, context, createNamespace ?? false);
    const { native, config } = createResources(scope, context, options, { exposure, engine });
    return {
      native: { namespace: created, ...native },
      runtimeConfig: config,
      defaultChild: native.deployment,
    };
  }
}

function createResources(
  scope: Construct,
  context: EndpointContext,
  options: SharedOptions,
  { exposure, engine }: { readonly exposure: Exposure; readonly engine: RolloutEngine },
) {
  const { config, podParts, monitoring, ...created } = foundation(scope, context, options);
  const { backends, ...delivery } = engine.bind(scope, context, options.monitoring.matcher(context));
  const native: Omit<KubernetesNative, 'namespace'> = {
    ...created,
    deployment: deployment(scope, context, options, podParts),
    ...delivery,
    service: inferenceService(scope, context),
    ...surroundings(scope, context, options, { models: podParts.models, proxies: exposure.proxies }),
    serviceMonitor: monitoring.serviceMonitor,
    alerts: monitoring.alerts,
    dashboard: monitoring.dashboard,
    route: exposure.bind(scope, context, backends),
    grpcRoute: exposure.bindGrpc(scope, context, backends),
  };
  return { native, config };
}
