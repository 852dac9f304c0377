import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, inSecretVariable, runtimeConfig } from '../core';
import { literal, TerraformOutput } from '../terraform';
import { createAlerts } from './alerts';
import { createCertificateReader } from './certificate-reader';
import { createContainerApp } from './container-app';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { ContainerAppNative } from './container-app-native';
import { EndpointContext } from './context';
import { createDashboard } from './dashboard';
import { dashboardTiles } from './dashboard-tiles';
import { deliverModels } from './delivered-models';
import type { EndpointExposure } from './endpoint-exposure';
import { resolveEnvironment } from './environment';
import type { PreviousModels } from './previous-models';
import { createActionGroups } from './query-alert';
import { warnIfUnpinned } from './registry';
import { resolveResourceGroup } from './resource-group';
import { createRollout } from './rollout/create-rollout';
import { grantSecrets } from './runtime-secrets';
import { resolveWorkspace } from './workspace';

export interface EndpointParts {
  readonly plan: EndpointPlan;
  readonly options: ContainerAppEndpointOptions;
  readonly exposure: EndpointExposure;
  readonly previousModels: PreviousModels;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createEndpoint(scope: Construct, parts: EndpointParts): BoundEndpoint<ContainerAppNative> {
  const { plan, options, exposure, previousModels } = parts;
  warnIfUnpinned(scope, plan);
  const name = options.name ?? plan.name;
  const { group, created: resourceGroup } = resolveResourceGroup(scope, name, options);
  const context = new EndpointContext(plan, options, literal(name), group);

  const workspace = resolveWorkspace(scope, context);
  const certificateReader = createCertificateReader(scope, context, exposure.keyVaultCertificate);
  const environment = resolveEnvironment(scope, context, {
    internal: exposure.internal ?? true,
    workspaceId: workspace.id,
    certificateReader: exposure.environmentReadsCertificate ? certificateReader?.identity : undefined,
  });
  const { needs, ...delivered } = deliverModels(
    scope,
    context,
    previousModels,
    environment.network?.subnetId,
  );
  const { identity, modelStore } = delivered;
  const readSecrets = grantSecrets(scope, plan, identity);
  const addresses = { modelUris: modelStore.uris, emf: true, credentials: inSecretVariable };
  const config = runtimeConfig({ ...plan, name: context.name }, addresses);
  const { app, revision } = createContainerApp(scope, context, {
    config,
    identity,
    exposure,
    environmentId: environment.id,
    needs: [...needs, ...readSecrets],
  });
  const target = { app, environment, certificateReader, workspaceId: workspace.id };
  const { url, domain, firewall } = exposure.bind(scope, context, target);
  const sources = { appId: app.id, workspaceId: workspace.id };
  new TerraformOutput(scope, 'Url', { value: url, description: literal(`Address of ${plan.path}`) });
  const groups = createActionGroups(scope, context);
  const rollout =
    revision === undefined ? undefined : createRollout(scope, context, { app, revision, groups: groups.ids });
  const native: ContainerAppNative = {
    ...delivered,
    ...{ url, app, resourceGroup, readSecrets, domain, firewall },
    ...{ certificateReader, environment: environment.created, network: environment.network },
    privateDns: environment.privateDns,
    workspace: workspace.created,
    rollout,
    alerts: createAlerts(scope, context, { ...sources, groups, rollout }),
    dashboard: createDashboard(scope, context, dashboardTiles(context, sources)),
  };
  return { native, runtimeConfig: config, defaultChild: app };
}
