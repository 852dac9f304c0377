import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { INFERENCE_PORT, packagePath, type ScalingPlan } from '../../core';
import { alertsOf } from '../alerts';
import type { EndpointContext } from '../context';
import { imageReference } from '../image';
import type { VertexParts } from './check-vertex';
import { machineTypeFor } from './machine-types';
import { METRIC_DELAY_SECONDS, VertexQueries } from './vertex-queries';

/** In the queries of a release: the id that Vertex AI gives the new deployed model. */
const DEPLOYED_MODEL = 'DEPLOYED_MODEL_ID';
const METRIC = 'aiplatform.googleapis.com/prediction/online';

export interface ReleaseParts extends VertexParts {
  readonly config: RuntimeConfig;
  /** Resource name of the endpoint. */
  readonly endpoint: string;
  readonly endpointId: string;
  readonly serviceAccount: string;
}

/**
 * What is to be served, as the requests of Vertex AI want it: Terraform's provider can neither register a container nor
 * deploy it. `release.sh` reads this document, an output of the stack, and sends the requests.
 * Source: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/upload and
 * .../projects.locations.endpoints/deployModel
 */
export function vertexRelease(context: EndpointContext, parts: ReleaseParts): object {
  const { name, project, region, plan } = context;
  return {
    kind: 'VertexRelease',
    name,
    project,
    location: region,
    endpoint: parts.endpoint,
    model: registeredModel(context, parts),
    deployedModel: deployedModel(context, parts),
    timeoutSeconds: plan.rollout.timeoutSeconds,
    watch: watch(context, parts),
    keepPrevious: parts.options.keepPrevious ?? false,
  };
}

function registeredModel(context: EndpointContext, { config, options }: ReleaseParts): object {
  const { name, labels, plan } = context;
  return {
    displayName: name,
    versionDescription: plan.models.map((model) => `${packagePath(model)}@${model.digest}`).join(', '),
    labels,
    containerSpec: {
      imageUri: imageReference(plan),
      env: [{ name: 'INFERSTACK_CONFIG', value: unexpanded(JSON.stringify(config)) }],
      ports: [{ containerPort: INFERENCE_PORT }],
      predictRoute: '/predict',
      // Ready means loaded and past the golden samples: until then a deployed model is not there for traffic.
      healthRoute: '/health',
      deploymentTimeout: `${plan.rollout.timeoutSeconds}s`,
    },
    ...(options.encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: options.encryptionKey } }),
  };
}

/** Vertex AI replaces `$(NAME)` in values: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/EnvVar */
const unexpanded = (value: string): string => value.replaceAll('$(', '$$$$(');

function deployedModel({ plan }: EndpointContext, { options, serviceAccount }: ReleaseParts): object {
  const { scaling, resources } = plan;
  const machine = machineTypeFor(options.machineSeries ?? 'e2', resources);
  if (machine === undefined) throw new Error('resources that no machine has passed the checks');
  return {
    serviceAccount,
    dedicatedResources: {
      machineSpec: { machineType: machine.name },
      minReplicaCount: scaling.minReplicas,
      maxReplicaCount: scaling.maxReplicas,
      autoscalingMetricSpecs: autoscaling(scaling),
    },
  };
}

function autoscaling({ cpuPercent, requestsPerReplica }: ScalingPlan): object[] {
  const cpu = { metricName: `${METRIC}/cpu/utilization`, target: cpuPercent };
  if (requestsPerReplica === null) return [cpu];
  // Requests a minute.
  return [cpu, { metricName: `${METRIC}/request_count`, target: requestsPerReplica * 60 }];
}

/** The alarms, looked at while the new deployed model takes its first traffic, and of it alone. */
function watch(context: EndpointContext, { exposure, endpointId }: ReleaseParts): object {
  const { bakeSeconds } = context.plan.rollout;
  const place = { id: endpointId, region: context.region };
  const alarms = alertsOf(context, new VertexQueries(place, exposure, DEPLOYED_MODEL));
  return {
    // Samples come late: without the delay the last ones of the window would never be looked at.
    seconds: bakeSeconds === 0 ? 0 : bakeSeconds + METRIC_DELAY_SECONDS,
    alarms: alarms.map(({ title, query }) => ({ title, query })),
  };
}
