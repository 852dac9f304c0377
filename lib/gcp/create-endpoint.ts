import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import type { Construct } from 'constructs';
import { type BoundEndpoint, inSecretVariable, runtimeConfig } from '../core';
import { Annotations, TerraformOutput } from '../terraform';
import { createAlerts } from './alerts';
import type { EndpointParts } from './check-endpoint';
import { CloudRunNative } from './cloud-run-native';
import type { EndpointContext } from './context';
import { createDashboard } from './dashboard';
import { dashboardPanels } from './dashboard-panels';
import { deliverModels } from './delivered-models';
import type { BoundExposure } from './exposure';
import { warnIfNotPinned } from './image';
import { grantInvoke } from './invokers';
import { STOP_SECONDS } from './limits';
import { createLogs, logFilter } from './logs';
import { createChannels } from './notifications';
import { EndpointQueries } from './queries';
import { createRollout } from './rollout/create-rollout';
import { createGateAlerts } from './rollout/gate-alerts';
import { movesTraffic } from './rollout/moves-traffic';
import { type AlarmTopic, createAlarmTopic } from './rollout/rollback-trigger';
import { grantSecrets } from './runtime-secrets';
import { createService } from './service';

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createEndpoint(
  scope: Construct,
  context: EndpointContext,
  parts: EndpointParts,
): BoundEndpoint<CloudRunNative> {
  const { options, exposure } = parts;
  warnIfNotPinned(scope, context);
  warnIfCutShort(scope, context);
  const { config, identity, ...workload } = createWorkload(scope, context, parts);
  for (const member of new Set(options.access?.invokers)) grantInvoke(workload.service, member);
  const bound = exposure.bind(scope, context, workload.service);
  const alarms = movesTraffic(context.plan) ? createAlarmTopic(scope, context) : undefined;
  const { service } = workload;
  const logs = createLogs(scope, context, logFilter(context, bound));
  const { people, ...monitoring } = createMonitoring(scope, context, parts, {
    exposure: bound,
    service,
    alarms,
  });
  const native = new CloudRunNative({
    ...workload,
    ...bound,
    ...logs,
    ...monitoring,
    rollout: alarms && createRollout(scope, context, { service, identity, alarms, channels: people }),
  });
  createOutputs(scope, context, native);
  return { native, runtimeConfig: config, defaultChild: native.service };
}

function createWorkload(scope: Construct, context: EndpointContext, parts: EndpointParts) {
  const { options, exposure, modelBucket } = parts;
  const { previousModels, access } = options;
  const serviceAccount = access?.serviceAccount;
  const delivered = deliverModels(scope, context, { modelBucket, previousModels, serviceAccount });
  const { uris, identity, resources } = delivered;
  const addresses = { modelUris: uris, credentials: inSecretVariable };
  const config = runtimeConfig({ ...context.plan, name: context.name }, addresses);
  const secretAccess = grantSecrets(scope, context, identity.member);
  const dependsOn = [...resources.modelObjects, resources.modelAccess, ...secretAccess];
  return {
    config,
    identity,
    ...resources,
    secretAccess,
    service: createService(scope, context, { options, exposure, identity, config, dependsOn }),
  };
}

interface Monitored {
  readonly exposure: BoundExposure;
  readonly service: CloudRunV2Service;
  /** Where alarms go to as well: undefined when nothing goes back by itself. */
  readonly alarms: AlarmTopic | undefined;
}

function createMonitoring(
  scope: Construct,
  context: EndpointContext,
  { options }: EndpointParts,
  { exposure, service, alarms }: Monitored,
) {
  const { created, ids } = createChannels(scope, context, options.alarms ?? {});
  const channels = alarms === undefined ? ids : [...ids, alarms.channel.id];
  const content = { panels: dashboardPanels(context), logFilter: logFilter(context, exposure) };
  return {
    /** Channels of those who hear of alarms. */
    people: ids,
    notificationChannels: created,
    alerts: createAlerts(scope, context, channels, {
      queries: new EndpointQueries(context, alarms !== undefined),
      goBack: [...(alarms === undefined ? [] : [BY_ITSELF]), ...goBack(context)],
    }),
    gateAlerts: createGateAlerts(scope, context, {
      revision: service.templateInput?.revision ?? '',
      channels,
    }),
    dashboard: context.plan.monitoring.dashboard ? createDashboard(scope, context, content) : undefined,
  };
}

const BY_ITSELF = 'While a revision is taking over, its requests go back to the stable one by themselves.';

function goBack({ name, region, project }: EndpointContext): string[] {
  const at = `--region ${region} --project ${project}`;
  return [
    'To go back, name the revision before the last one, then revert the change that was applied:',
    `    gcloud run revisions list --service ${name} ${at}`,
    `    gcloud run services update-traffic ${name} ${at} --to-revisions REVISION=100`,
  ];
}

function createOutputs(scope: Construct, { name }: EndpointContext, native: CloudRunNative): void {
  new TerraformOutput(scope, 'Url', { value: native.url, description: `Address of ${name}` });
  if (native.loadBalancer === undefined) return;
  new TerraformOutput(scope, 'IpAddress', {
    value: native.loadBalancer.address.address,
    description: `Address that the names of ${name} must have a record for`,
  });
}

function warnIfCutShort(scope: Construct, { name, plan: { runtime } }: EndpointContext): void {
  const drainSeconds = (runtime.drainDelayMs + runtime.drainTimeoutMs) / 1000;
  if (drainSeconds <= STOP_SECONDS) return;
  Annotations.of(scope).addWarning(
    `Cloud Run kills an instance of ${name} ${STOP_SECONDS} s after the stop signal; drainDelay and drainTimeout ` +
      `ask for ${drainSeconds} s. Requests are in progress then only when an instance is replaced for maintenance.`,
  );
}
