import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ClaimPlace } from '../../core';
import {
  type BatchPlan,
  type BatchTarget,
  type BoundBatch,
  batchRuntimeConfig,
  type JobPlaces,
} from '../../core';
import { Checker, scopeError } from '../checker';
import { PrometheusRule } from '../custom-resources';
import { ModelDelivery } from '../model-delivery';
import { jobAlerts } from './alerts';
import { checkBatch } from './check-batch';
import { configurationMap, createServiceAccount } from './configuration';
import { cronJob } from './cron-job';
import { dataVolumes } from './data-volumes';
import { JobContext } from './job-context';
import type { KubernetesBatchNative } from './kubernetes-batch-native';
import type { KubernetesBatchOptions } from './kubernetes-batch-options';
import { workerNetworkPolicy } from './network-policy';

/**
 * Scores files on any Kubernetes, as an Indexed Job that a CronJob starts. Workers find input and output on a volume: a
 * PersistentVolumeClaim in the namespace of the job. The image is pulled from a registry (`RuntimeImage.fromRegistry`).
 */
export class KubernetesBatch implements BatchTarget<KubernetesBatchNative> {
  readonly platform = 'kubernetes';

  constructor(private readonly options: KubernetesBatchOptions = {}) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Kubernetes cannot honour a setting. */
  bind(scope: Construct, plan: BatchPlan): BoundBatch<KubernetesBatchNative> {
    const chart = scope.node.scopes.find(Chart.isChart);
    if (chart === undefined) throw scopeError(plan.path, 'KubernetesBatch', 'BatchScoringJob');
    const { name = plan.name, namespace = chart.namespace } = this.options;
    const context = new JobContext(plan, name, namespace);
    const model = this.options.model ?? ModelDelivery.embedded();
    const places = checkBatch(new Checker(plan.path), context, this.options, model);
    return this.create(scope, context, model, places);
  }

  private create(
    scope: Construct,
    context: JobContext,
    delivery: ModelDelivery,
    places: JobPlaces<ClaimPlace>,
  ): BoundBatch<KubernetesBatchNative> {
    const { options } = this;
    const model = delivery.bind(scope, context);
    const data = dataVolumes(places);
    const runtimeConfig = batchRuntimeConfig(
      { ...context.job, name: context.name },
      {
        modelUri: model.uris[0]!,
        inputUri: data.inputPath,
        outputUri: data.outputPath,
        ...(options.pushgateway !== undefined && { pushgateway: options.pushgateway }),
      },
    );
    const configMap = configurationMap(scope, context, runtimeConfig);
    const serviceAccount = createServiceAccount(scope, context, options.pod);
    const parts = { configMap: configMap.name, serviceAccount: serviceAccount.name, model, data };
    const created = cronJob(scope, context, options, parts);
    const rules = jobAlerts(context);
    const native: KubernetesBatchNative = {
      ...{ cronJob: created, configMap, serviceAccount, modelConfigMaps: model.configMaps },
      networkPolicy: workerNetworkPolicy(scope, context, options, model.egressPort),
      alerts:
        rules.length === 0
          ? undefined
          : new PrometheusRule(scope, 'Alerts', {
              metadata: context.metadata('', 'monitoring', { labels: { ...options.ruleLabels } }),
              spec: { groups: [{ name: `inferstack-${context.name}`, rules }] },
            }),
    };
    return { native, runtimeConfig, defaultChild: created };
  }
}
