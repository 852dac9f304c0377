import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { INFERENCE_PORT } from '../../core';
import type { EndpointContext } from '../context';
import { registryImage } from '../registry';
import type { ArmResource } from './arm-template';
import { instanceTypeFor } from './instance-types';
import type { MachineLearningEndpointOptions } from './machine-learning-options';
import { PROBE_SECONDS, platformRequestSeconds, probeFailures } from './ml-limits';

// Source of all: https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices
const WORKSPACES = 'Microsoft.MachineLearningServices/workspaces';
const API_VERSION = '2024-04-01';

export type MachineLearningContext = EndpointContext<MachineLearningEndpointOptions>;

/** What the templates of one endpoint share. */
export interface ArmParts {
  readonly config: RuntimeConfig;
  /** Id of the identity of the replicas. */
  readonly identityId: string;
}

/** Resource ids, which the templates and everything that watches them name. */
export function endpointIdOf({ options, name }: MachineLearningContext): string {
  return `${options.machineLearning.id}/onlineEndpoints/${name}`;
}

export const deploymentIdOf = (context: MachineLearningContext, deployment: string): string =>
  `${endpointIdOf(context)}/deployments/${deployment}`;

/** @param traffic percent by deployment */
export function endpointResource(
  context: MachineLearningContext,
  { identityId }: ArmParts,
  traffic: Readonly<Record<string, number>>,
): ArmResource {
  const { name, options, plan } = context;
  const { machineLearning, publicAccess = false } = options;
  return {
    type: `${WORKSPACES}/onlineEndpoints`,
    apiVersion: API_VERSION,
    name: `${machineLearning.name}/${name}`,
    location: machineLearning.location,
    kind: 'Managed',
    tags: tagsOf(context),
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identityId]: {} } },
    properties: {
      // Identities of Entra, and no keys that could be passed on.
      authMode: 'AADToken',
      publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled',
      description: `Model ${plan.models[0].manifest.name}`,
      traffic,
    },
  };
}

/** The image with its routes: liveness is the process, readiness means past the golden samples. */
export function environmentResource(context: MachineLearningContext, version: string): ArmResource {
  const { name, options, plan } = context;
  const route = (path: string) => ({ path, port: INFERENCE_PORT });
  return {
    type: `${WORKSPACES}/environments/versions`,
    apiVersion: API_VERSION,
    name: `${options.machineLearning.name}/${name}/${version}`,
    properties: {
      image: registryImage(plan).reference,
      osType: 'Linux',
      inferenceConfig: {
        livenessRoute: route('/'),
        readinessRoute: route('/ready'),
        scoringRoute: route('/score'),
      },
    },
  };
}

export function deploymentResource(
  context: MachineLearningContext,
  { config }: ArmParts,
  version: string,
): ArmResource {
  const { name, options, plan } = context;
  const { machineLearning } = options;
  const environment = `${machineLearning.id}/environments/${name}/versions/${version}`;
  return {
    type: `${WORKSPACES}/onlineEndpoints/deployments`,
    apiVersion: API_VERSION,
    name: `${machineLearning.name}/${name}/${version}`,
    location: machineLearning.location,
    kind: 'Managed',
    tags: tagsOf(context),
    sku: { name: 'Default', capacity: plan.scaling.minReplicas },
    dependsOn: [environment],
    properties: {
      endpointComputeType: 'Managed',
      environmentId: environment,
      environmentVariables: { INFERSTACK_CONFIG: JSON.stringify(config) },
      instanceType: instanceTypeOf(context),
      description: plan.models.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(', '),
      properties: Object.fromEntries(plan.models.map(({ digest }, i) => [`model${i}`, digest])),
      requestSettings: {
        maxConcurrentRequestsPerInstance: plan.runtime.maxInFlight,
        requestTimeout: `PT${platformRequestSeconds(plan)}S`,
      },
      scaleSettings: { scaleType: 'Default' },
      ...probes(context),
    },
  };
}

/** As text of a document, which escapes it as a whole. */
const tagsOf = ({ name, options }: MachineLearningContext) => ({
  ...options.tags,
  'inferstack-endpoint': name,
});

function instanceTypeOf({ options, plan }: MachineLearningContext): string {
  const found = instanceTypeFor(options.instanceSeries ?? 'DSv2', plan.resources);
  if (found === undefined) throw new Error('resources that no machine has passed the checks');
  return found.name;
}

function probes({ plan }: MachineLearningContext) {
  const probe = {
    initialDelay: `PT${PROBE_SECONDS}S`,
    period: `PT${PROBE_SECONDS}S`,
    timeout: `PT${PROBE_SECONDS}S`,
    successThreshold: 1,
    failureThreshold: probeFailures(plan),
  };
  return { readinessProbe: probe, livenessProbe: probe };
}
