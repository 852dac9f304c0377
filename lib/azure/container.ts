import type {
  ContainerAppTemplateContainer,
  ContainerAppTemplateContainerLivenessProbe,
  ContainerAppTemplateContainerReadinessProbe,
  ContainerAppTemplateContainerStartupProbe,
} from '@cdktf/provider-azurerm/lib/container-app';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { type EndpointPlan, INFERENCE_PORT } from '../core';
import { jsonDocument, literal } from '../terraform';
import { startupProbeTimes } from './limits';
import type { IdentityReference } from './references';
import { registryImage } from './registry';
import { secretVariables } from './runtime-secrets';
import { containerSize } from './sizes';

const TIMEOUT_SECONDS = 5;

/** The runtime with its configuration and its probes; user, read-only layers and capabilities are the image's. */
export function runtimeContainer(
  plan: EndpointPlan,
  config: RuntimeConfig,
  identity: IdentityReference,
): ContainerAppTemplateContainer {
  return {
    name: 'runtime',
    image: literal(registryImage(plan).reference),
    ...containerSize(plan.resources),
    env: [
      { name: 'INFERSTACK_CONFIG', value: jsonDocument(config) },
      // Names the identity that the model is fetched with: an app may have several.
      { name: 'AZURE_CLIENT_ID', value: identity.clientId },
      ...secretVariables(plan),
    ],
    startupProbe: [startupProbe(plan)],
    readinessProbe: [readinessProbe()],
    livenessProbe: [livenessProbe()],
  };
}

const get = (path: string) => ({ transport: 'HTTP', port: INFERENCE_PORT, path, timeout: TIMEOUT_SECONDS });

/** Ready means loaded and past the golden samples; a model may take the whole time of the rollout for that. */
function startupProbe({ rollout }: EndpointPlan): ContainerAppTemplateContainerStartupProbe {
  return { ...get('/v2/health/ready'), ...startupProbeTimes(rollout.timeoutSeconds) };
}

function readinessProbe(): ContainerAppTemplateContainerReadinessProbe {
  return {
    ...get('/v2/health/ready'),
    intervalSeconds: 5,
    failureCountThreshold: 2,
    successCountThreshold: 1,
  };
}

/** Slow to act: a replica under load answers late, and restarting it would only move the load. */
function livenessProbe(): ContainerAppTemplateContainerLivenessProbe {
  return { ...get('/v2/health/live'), intervalSeconds: 10, timeout: 10, failureCountThreshold: 6 };
}
