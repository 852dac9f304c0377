import { ContainerApp, type ContainerAppIngress } from '@cdktf/provider-azurerm/lib/container-app';
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

export function createContainerApp(
  scope: Construct,
  { plan, options, group, name, tags }: EndpointContext,
  { config, environmentId, identity, exposure, needs }: ContainerAppProps,
): ContainerApp {
  const server = options.registry?.loginServer;
  return new ContainerApp(scope, 'App', {
    name,
    resourceGroupName: group.name,
    tags,
    containerAppEnvironmentId: environmentId,
    workloadProfileName: WORKLOAD_PROFILE,
    // The old revision serves until the new one is ready, then it goes.
    revisionMode: 'Single',
    identity: { type: 'UserAssigned', identityIds: [identity.id] },
    registry: server === undefined ? undefined : [{ server: literal(server), identity: identity.id }],
    secret: runtimeSecrets(plan, identity),
    ingress: ingress(exposure, options),
    template: {
      ...scaleRules(plan),
      terminationGracePeriodSeconds: stopSeconds(plan),
      container: [runtimeContainer(plan, config, identity)],
    },
    dependsOn: [...needs],
  });
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
    trafficWeight: [{ latestRevision: true, percentage: 100 }],
    ipSecurityRestriction: ranges.length === 0 ? undefined : ranges,
  };
}
