import {
  ContainerApp,
  type ContainerAppIngress,
  type ContainerAppTemplate,
} from '@cdktf/provider-azurerm/lib/container-app';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { Construct } from 'constructs';
import { INFERENCE_PORT } from '../core';
import { type ITerraformDependable, literal } from '../terraform';
import { runtimeContainer } from './container';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointContext } from './context';
import type { EndpointExposure } from './endpoint-exposure';
import { WORKLOAD_PROFILE } from './environment';
import { stopSeconds } from './limits';
import type { IdentityReference } from './references';
import { isGated } from './rollout/gated';
import { FIRST_TRAFFIC, gatedLifecycle, revisionSuffix } from './rollout/revision';
import { runtimeSecrets } from './runtime-secrets';
import { scaleRules } from './scaling';

export interface ContainerAppProps {
  readonly config: RuntimeConfig;
  readonly environmentId: string;
  readonly identity: IdentityReference;
  readonly exposure: EndpointExposure;
  /** Rights and objects a replica needs when it starts. */
  readonly needs: readonly ITerraformDependable[];
}

export interface BoundContainerApp {
  readonly app: ContainerApp;
  /** Name of the revision it deploys; undefined: Azure names it. */
  readonly revision: string | undefined;
}

export function createContainerApp(
  scope: Construct,
  { plan, options, group, name, tags }: EndpointContext,
  { config, environmentId, identity, exposure, needs }: ContainerAppProps,
): BoundContainerApp {
  const server = options.registry?.loginServer;
  const template: ContainerAppTemplate = {
    ...scaleRules(plan),
    terminationGracePeriodSeconds: stopSeconds(plan),
    container: [runtimeContainer(plan, config, identity)],
  };
  const suffix = isGated(plan) ? revisionSuffix(() => app, options.release) : undefined;
  const revision = suffix === undefined ? undefined : `${name}--${suffix}`;
  const app: ContainerApp = new ContainerApp(scope, 'App', {
    name,
    resourceGroupName: group.name,
    tags,
    containerAppEnvironmentId: environmentId,
    workloadProfileName: WORKLOAD_PROFILE,
    // Single: the old revision serves until the new one is ready, then it goes.
    revisionMode: revision === undefined ? 'Single' : 'Multiple',
    identity: { type: 'UserAssigned', identityIds: [identity.id] },
    registry: server === undefined ? undefined : [{ server: literal(server), identity: identity.id }],
    secret: runtimeSecrets(plan, identity),
    ingress: ingress(exposure, options),
    template: suffix === undefined ? template : { ...template, revisionSuffix: suffix },
    dependsOn: [...needs],
    lifecycle: revision === undefined ? undefined : gatedLifecycle(revision),
  });
  return { app, revision };
}

function ingress(exposure: EndpointExposure, options: ContainerAppEndpointOptions): ContainerAppIngress {
  const ranges = exposure.ingressRanges(options).map((range, i) => ({
    name: `allow-${i + 1}`,
    action: 'Allow',
    ipAddressRange: literal(range),
  }));
  return {
    externalEnabled: exposure.externalIngress,
    // Whoever asks in the clear is sent to HTTPS.
    allowInsecureConnections: false,
    transport: 'http',
    targetPort: INFERENCE_PORT,
    trafficWeight: FIRST_TRAFFIC,
    ipSecurityRestriction: ranges.length === 0 ? undefined : ranges,
  };
}
