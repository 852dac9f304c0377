import {
  CloudRunV2Service,
  type CloudRunV2ServiceTemplate,
  type CloudRunV2ServiceTemplateContainers,
} from '@cdktf/provider-google/lib/cloud-run-v2-service';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { INFERENCE_PORT } from '../core';
import { jsonDocument, literal, type TerraformResource } from '../terraform';
import type {
  CloudRunEndpointOptions,
  CloudRunInstanceOptions,
  CloudRunNetworkOptions,
} from './cloud-run-options';
import type { EndpointContext } from './context';
import type { Exposure } from './exposure';
import type { Identity } from './identity';
import { imageReference } from './image';
import { cpuLimit, requestSeconds, STARTUP_PERIOD_SECONDS, startupSeconds } from './limits';
import { movesTraffic } from './rollout/moves-traffic';
import { revisionName } from './rollout/release';
import { secretVariables } from './runtime-secrets';

/** Time of an apply beyond that of the instances: image, routes, certificates of the platform. */
const APPLY_MARGIN_SECONDS = 600;

export interface ServiceParts {
  readonly options: CloudRunEndpointOptions;
  readonly exposure: Exposure;
  readonly identity: Identity;
  readonly config: RuntimeConfig;
  /** What an instance needs when it starts: the packages, and the right to read them. */
  readonly dependsOn: TerraformResource[];
}

export function createService(
  scope: Construct,
  context: EndpointContext,
  parts: ServiceParts,
): CloudRunV2Service {
  const { name, project, region, labels, plan } = context;
  const { options, exposure, dependsOn } = parts;
  const wait = `${plan.rollout.timeoutSeconds + APPLY_MARGIN_SECONDS}s`;
  const revision = revisionName(context, options.release, () => service);
  const service: CloudRunV2Service = new CloudRunV2Service(scope, 'Service', {
    name,
    project,
    location: region,
    labels,
    annotations: context.modelMetadata,
    ingress: exposure.ingress,
    customAudiences: exposure.audiences.length === 0 ? undefined : [...exposure.audiences],
    invokerIamDisabled: options.access?.unauthenticated ?? false,
    deletionProtection: options.deletionProtection ?? true,
    template: { ...template(context, parts), revision },
    ...trafficOf(context, revision),
    timeouts: { create: wait, update: wait },
    dependsOn,
  });
  return service;
}

/** Whoever is ready, or in a rollout the very first revision: workflows move the requests on, and an apply does not. */
function trafficOf({ plan }: EndpointContext, revision: string | undefined) {
  if (!movesTraffic(plan)) {
    return { traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }] };
  }
  return {
    traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent: 100 }],
    // Otherwise the next apply would undo a rollback.
    lifecycle: { ignoreChanges: ['traffic', 'client', 'client_version'] },
  };
}

function template(
  context: EndpointContext,
  { options, identity, config }: ServiceParts,
): CloudRunV2ServiceTemplate {
  const { scaling, runtime } = context.plan;
  return {
    labels: context.labels,
    annotations: context.modelMetadata,
    serviceAccount: identity.email,
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    maxInstanceRequestConcurrency: options.instances?.concurrency ?? runtime.maxInFlight,
    timeout: `${requestSeconds(context.plan)}s`,
    scaling: { minInstanceCount: scaling.minReplicas, maxInstanceCount: scaling.maxReplicas },
    containers: [container(context, config, options.instances ?? {})],
    vpcAccess: options.network === undefined ? undefined : vpcAccess(options.network),
  };
}

function container(
  { plan }: EndpointContext,
  config: RuntimeConfig,
  instances: CloudRunInstanceOptions,
): CloudRunV2ServiceTemplateContainers {
  const { resources, scaling } = plan;
  const cpu = instances.cpu ?? (scaling.minReplicas === 0 ? 'requests' : 'always');
  return {
    name: 'runtime',
    image: literal(imageReference(plan)),
    // Requests reach this port alone: that of management is closed from outside.
    ports: { name: 'http1', containerPort: INFERENCE_PORT },
    env: [{ name: 'INFERSTACK_CONFIG', value: jsonDocument(config) }, ...secretVariables(plan)],
    resources: {
      limits: { cpu: cpuLimit(resources.cpuMillis), memory: `${resources.memoryMiB}Mi` },
      cpuIdle: cpu === 'requests',
      startupCpuBoost: instances.startupCpuBoost ?? true,
    },
    ...probes(plan),
  };
}

function probes(plan: EndpointContext['plan']) {
  const get = (path: string) => ({ path, port: INFERENCE_PORT });
  return {
    // Ready means loaded and past the golden samples; a revision that does not get there takes no traffic.
    startupProbe: {
      httpGet: get('/v2/health/ready'),
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: STARTUP_PERIOD_SECONDS - 1,
      failureThreshold: Math.ceil(startupSeconds(plan) / STARTUP_PERIOD_SECONDS),
    },
    // Slow to act: an instance under load answers late, and restarting it would only move the load.
    livenessProbe: {
      httpGet: get('/v2/health/live'),
      periodSeconds: 15,
      timeoutSeconds: 10,
      failureThreshold: 4,
    },
  };
}

export function vpcAccess({ network, subnetwork, tags }: CloudRunNetworkOptions) {
  return {
    // Not private ranges alone: nothing leaves but through the network, where rules and logs of yours apply.
    egress: 'ALL_TRAFFIC',
    networkInterfaces: [
      {
        network: network === undefined ? undefined : literal(network),
        subnetwork: literal(subnetwork),
        tags: tags?.map(literal),
      },
    ],
  };
}
