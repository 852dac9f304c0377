import path from 'node:path';
import type { Construct } from 'constructs';
import { type BoundEndpoint, runtimeConfig } from '../../core';
import { literalValue, stackScript, TerraformOutput } from '../../terraform';
import { createAlerts } from '../alerts';
import type { EndpointContext } from '../context';
import { createDashboard } from '../dashboard';
import { deliverModels } from '../delivered-models';
import { warnIfNotPinned } from '../image';
import { createLogs } from '../logs';
import { createChannels } from '../notifications';
import type { VertexParts } from './check-vertex';
import { createEndpointResource, endpointId } from './vertex-endpoint-resource';
import type { VertexNative } from './vertex-native';
import { vertexPanels } from './vertex-panels';
import { VertexQueries } from './vertex-queries';
import { vertexRelease } from './vertex-release';

const SCRIPT = path.join(__dirname, 'release.sh');

/** Creates the resources of a checked plan, and the document of what Terraform cannot create. */
export function createVertex(
  scope: Construct,
  context: EndpointContext,
  parts: VertexParts,
): BoundEndpoint<VertexNative> {
  warnIfNotPinned(scope, context);
  const { previousModels, serviceAccount } = parts.options;
  const delivery = { modelBucket: parts.modelBucket, previousModels, serviceAccount };
  const { uris, identity, resources } = deliverModels(scope, context, delivery);
  const { plan, name } = context;
  const runtime = { ...plan.runtime, contracts: ['vertex'] as const };
  const config = runtimeConfig({ ...plan, name, runtime }, { modelUris: uris });
  const { endpoint, keyAccess } = createEndpointResource(scope, context, parts);
  const id = endpointId(scope, context);
  const native: VertexNative = {
    ...resources,
    endpoint,
    keyAccess,
    ...createMonitoring(scope, context, parts, id),
    releaseScript: stackScript(scope, SCRIPT),
  };
  const release = { ...parts, config, endpoint: endpoint.id, endpointId: id, serviceAccount: identity.email };
  createOutputs(scope, context, native, vertexRelease(context, release));
  return { native, runtimeConfig: config, defaultChild: endpoint };
}

function createMonitoring(
  scope: Construct,
  context: EndpointContext,
  { options, exposure }: VertexParts,
  id: string,
) {
  const { plan, region } = context;
  const queries = new VertexQueries({ id, region }, exposure);
  const { created, ids } = createChannels(scope, context, options.alarms ?? {});
  const logFilter = `resource.type="aiplatform.googleapis.com/Endpoint" AND resource.labels.endpoint_id="${id}" AND resource.labels.location="${region}"`;
  const content = { panels: vertexPanels(queries, plan.monitoring), logFilter };
  return {
    ...createLogs(scope, context, logFilter),
    notificationChannels: created,
    alerts: createAlerts(scope, context, ids, { queries, goBack: goBack(context) }),
    dashboard: plan.monitoring.dashboard ? createDashboard(scope, context, content) : undefined,
  };
}

function goBack({ name }: EndpointContext): string[] {
  return [
    'To go back to the version before, in the directory of the stack, then revert the change that was released:',
    `    scripts/release.sh rollback ${name}`,
  ];
}

function createOutputs(
  scope: Construct,
  { name }: EndpointContext,
  { endpoint, releaseScript }: VertexNative,
  release: object,
): void {
  new TerraformOutput(scope, 'Name', {
    value: endpoint.id,
    description: `Resource name of ${name}: callers send to it, with :predict`,
  });
  new TerraformOutput(scope, 'Release', {
    value: literalValue(release),
    description: `What ${releaseScript} deploy ${name} registers and deploys`,
  });
}
