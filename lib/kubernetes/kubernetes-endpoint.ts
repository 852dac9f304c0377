import { createHash } from 'node:crypto';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { Chart } from 'cdk8s';
import { type KubeConfigMap, KubeServiceAccount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, type EndpointTarget, runtimeConfig } from '../core';
import { Autoscaler } from './autoscaler';
import { checkEndpoint } from './check-endpoint';
import { Checker, scopeError } from './checker';
import { ClusterMonitoring } from './cluster-monitoring';
import { EndpointContext } from './context';
import { deployment } from './deployment';
import { disruptionBudget } from './disruption-budget';
import { Exposure } from './exposure';
import { immutableConfigMap } from './immutable-config-map';
import type { KubernetesNative } from './kubernetes-native';
import type { KubernetesEndpointOptions, ResolvedOptions } from './kubernetes-options';
import { type BoundModels, ModelDelivery } from './model-delivery';
import { restrictedNamespace } from './namespace';
import { networkPolicy } from './network-policy';
import { CONFIG_FILE } from './pod';
import { inferenceService, managementService } from './services';

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
    if (chart === undefined) throw scopeError(plan.path);
    const options = resolveOptions(this.options);
    const context = new EndpointContext(
      plan,
      this.options.name ?? plan.name,
      this.options.namespace ?? chart.namespace,
    );
    const check = new Checker(plan.path);
    checkEndpoint(check, chart, context, this.options, options);
    check.throwAll();
    const namespace =
      this.options.createNamespace === true ? restrictedNamespace(scope, context.namespace!) : undefined;
    const { native, config } = createResources(scope, context, options);
    return {
      native: { namespace, ...native },
      runtimeConfig: config,
      defaultChild: native.deployment,
    };
  }
}

function resolveOptions(options: KubernetesEndpointOptions): ResolvedOptions {
  return {
    model: options.model ?? ModelDelivery.embedded(),
    autoscaler: options.autoscaler ?? Autoscaler.horizontalPodAutoscaler(),
    exposure: options.exposure ?? Exposure.clusterInternal(),
    monitoring: options.monitoring ?? ClusterMonitoring.prometheusOperator(),
    pod: options.pod ?? {},
    allowFrom: options.network?.allowFrom,
    allowTo: options.network?.allowTo ?? [],
  };
}

function createResources(scope: Construct, context: EndpointContext, options: ResolvedOptions) {
  const models = options.model.bind(scope, context);
  const config = runtimeConfig({ ...context.plan, name: context.name }, { modelUris: models.uris });
  const configMap = configurationMap(scope, context, config);
  const serviceAccount = account(scope, context, options);
  const monitoring = options.monitoring.bind(scope, context);
  const native: Omit<KubernetesNative, 'namespace'> = {
    serviceAccount,
    configMap,
    modelConfigMaps: models.configMaps,
    deployment: deployment(scope, context, options, {
      image: registryImage(context.plan),
      configMapName: configMap.name,
      serviceAccountName: serviceAccount.name,
      models,
    }),
    service: inferenceService(scope, context),
    managementService: managementService(scope, context),
    autoscaler: options.autoscaler.bind(scope, context),
    podDisruptionBudget: disruptionBudget(scope, context),
    networkPolicy: networkPolicy(scope, context, connections(options, models)),
    serviceMonitor: monitoring.serviceMonitor,
    alerts: monitoring.alerts,
    dashboard: monitoring.dashboard,
    route: options.exposure.bind(scope, context),
    grpcRoute: options.exposure.bindGrpc(scope, context),
  };
  return { native, config };
}

function configurationMap(scope: Construct, context: EndpointContext, config: RuntimeConfig): KubeConfigMap {
  const json = `${JSON.stringify(config, null, 2)}\n`;
  const hash = createHash('sha256').update(json).digest('hex').slice(0, 8);
  return immutableConfigMap(scope, 'Config', context, {
    suffix: `-config-${hash}`,
    data: { [CONFIG_FILE]: json },
  });
}

function account(scope: Construct, context: EndpointContext, { pod }: ResolvedOptions): KubeServiceAccount {
  return new KubeServiceAccount(scope, 'ServiceAccount', {
    metadata: context.metadata('', 'model-endpoint', { annotations: { ...pod.serviceAccountAnnotations } }),
    automountServiceAccountToken: false,
  });
}

function registryImage({ runtime: { image } }: EndpointPlan) {
  if (image.kind !== 'registry') throw new Error('a source image passed the checks');
  return image;
}

/** Every pod of the namespace: a selector without labels matches all. */
const SAME_NAMESPACE = { podLabels: {} };

function connections({ allowFrom, allowTo, exposure, monitoring }: ResolvedOptions, models: BoundModels) {
  return {
    inferenceFrom: [...(allowFrom ?? [SAME_NAMESPACE]), ...exposure.proxies],
    managementFrom: monitoring.scraper,
    to: allowTo,
    storePort: models.egressPort,
  };
}
