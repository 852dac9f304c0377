import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, type EndpointTarget, withContract } from '../../core';
import { checkShared } from '../check-endpoint';
import { Checker, scopeError } from '../checker';
import { EndpointContext } from '../context';
import { resolveSharedOptions, type SharedOptions } from '../kubernetes-options';
import { optionalNamespace } from '../namespace';
import { foundation, surroundings } from '../shared-resources';
import { ofDeployment } from '../workload';
import { checkKServe, refusedByKServe } from './check-kserve';
import { inferenceService } from './inference-service';
import { KServeExposure } from './kserve-exposure';
import type { KServeNative } from './kserve-native';
import type { KServeEndpointOptions } from './kserve-options';
import { kservePod, servingRuntime } from './serving-runtime';

/**
 * Serves a model on a cluster that runs KServe, as an InferenceService with a ServingRuntime of its own: what watches,
 * routes to or explains InferenceServices there finds it. KServe's protocols v1 and v2 are both answered.
 *
 * @example
 * new ModelEndpoint(chart, 'Endpoint', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new KServeEndpoint({ name: 'diabetes', namespace: 'models' }),
 *   runtime: { image: RuntimeImage.fromRegistry('registry.example.com/inferstack/runtime@sha256:...') },
 * });
 */
export class KServeEndpoint implements EndpointTarget<KServeNative> {
  readonly platform = 'kubernetes';

  constructor(private readonly options: KServeEndpointOptions = {}) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if KServe cannot honour a setting. */
  bind(scope: Construct, asked: EndpointPlan): BoundEndpoint<KServeNative> {
    const chart = scope.node.scopes.find(Chart.isChart);
    if (chart === undefined) throw scopeError(asked.path, 'KServeEndpoint');
    const { name = asked.name, namespace = chart.namespace, createNamespace } = this.options;
    const plan = withContract(asked, 'kserve-v1');
    const options = resolveSharedOptions(this.options);
    const exposure = this.options.exposure ?? KServeExposure.clusterLocal();
    const context = new EndpointContext(plan, name, namespace, predictor(name));
    const check = new Checker(plan.path);
    checkShared(check, chart, context, this.options, options, refusedByKServe(plan));
    checkKServe(check, context, this.options.name);
    exposure.check(check, plan);
    check.throwAll();
    const created = optionalNamespace(scope, context, createNamespace ?? false);
    const { native, config } = createResources(scope, context, options, exposure);
    return {
      native: { namespace: created, ...native },
      runtimeConfig: config,
      defaultChild: native.inferenceService,
    };
  }
}

/** The Deployment KServe makes of an InferenceService. */
const predictor = (name: string) => ({
  ...ofDeployment(`${name}-predictor`),
  declaresManagement: false,
  goBack:
    'apply the manifests of the version before, or revert their commit; KServe takes back kubectl rollout undo',
});

function createResources(
  scope: Construct,
  context: EndpointContext,
  options: SharedOptions,
  exposure: KServeExposure,
) {
  const { config, podParts, monitoring, ...created } = foundation(scope, context, options);
  const pod = kservePod(context, options.pod, podParts);
  const runtime = servingRuntime(scope, context, pod);
  const { labels, proxies } = exposure;
  const native: Omit<KServeNative, 'namespace'> = {
    ...created,
    servingRuntime: runtime,
    inferenceService: inferenceService(scope, context, {
      pod,
      runtime: runtime.name,
      labels,
      monitoring: options.monitoring,
    }),
    ...surroundings(scope, context, options, { models: podParts.models, proxies }),
    serviceMonitor: monitoring.serviceMonitor,
    alerts: monitoring.alerts,
    dashboard: monitoring.dashboard,
  };
  return { native, config };
}
