import { toJson_DeploymentStrategy } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { ClusterMonitoring } from '../cluster-monitoring';
import type { EndpointContext } from '../context';
import { deploymentStrategy } from '../deployment';
import { podAnnotations } from '../pod';
import { InferenceService } from './custom-resources';
import { type KServePod, MODEL_FORMAT } from './serving-runtime';

/** How KServe is told to treat the endpoint. */
const TREATMENT = {
  // Plain Deployments. Under Knative, scaling, rollouts and ports would be Knative's.
  'serving.kserve.io/deploymentMode': 'Standard',
  // Our own autoscaler aims at KServe's Deployment: the one KServe makes knows no cooldowns, although the
  // InferenceService has fields for them.
  'serving.kserve.io/autoscalerClass': 'external',
  // Else KServe points scrapers at ports of a proxy that exists under Knative alone.
  'serving.kserve.io/enable-prometheus-scraping': 'false',
  'serving.kserve.io/enable-metric-aggregation': 'false',
};

export interface InferenceServiceParts {
  readonly pod: KServePod;
  /** Name of the ServingRuntime. */
  readonly runtime: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly monitoring: ClusterMonitoring;
}

export function inferenceService(
  scope: Construct,
  context: EndpointContext,
  { pod, runtime, labels, monitoring }: InferenceServiceParts,
): InferenceService {
  return new InferenceService(scope, 'InferenceService', {
    metadata: context.metadata('', 'model-endpoint', { labels, annotations: TREATMENT }),
    spec: {
      predictor: {
        ...pod.predictor,
        labels: context.labels('model-endpoint'),
        annotations: { ...context.modelAnnotations(), ...podAnnotations(context, monitoring) },
        // Longer than the runtime's own, so that callers get its answer and not the proxy's.
        timeout: Math.ceil(context.plan.runtime.requestTimeoutMs / 1000) + 5,
        deploymentStrategy: toJson_DeploymentStrategy(deploymentStrategy(context.plan)),
        // No storageUri: the runtime fetches the package itself and checks its digest, which KServe's storage
        // initializer does not.
        model: { modelFormat: { name: MODEL_FORMAT }, runtime, protocolVersion: 'v2' },
      },
    },
  });
}
