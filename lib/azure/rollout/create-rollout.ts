import type { ContainerApp } from '@cdktf/provider-azurerm/lib/container-app';
import { LogicAppTriggerHttpRequest } from '@cdktf/provider-azurerm/lib/logic-app-trigger-http-request';
import { LogicAppTriggerRecurrence } from '@cdktf/provider-azurerm/lib/logic-app-trigger-recurrence';
import type { LogicAppWorkflow } from '@cdktf/provider-azurerm/lib/logic-app-workflow';
import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import type { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import type { EndpointContext } from '../context';
import { globalHash } from '../global-hash';
import { rollbackWorkflow } from './rollback-workflow';
import { rolloutWorkflow } from './rollout-workflow';
import { createRunAlert, createWorkflow } from './workflow';

/** The least that both workflows need, on the one app. */
const ACTIONS = [
  'Microsoft.App/containerApps/read',
  'Microsoft.App/containerApps/write',
  'Microsoft.App/containerApps/revisions/read',
  'Microsoft.App/containerApps/revisions/deactivate/action',
];

/** Who moves the requests to a new revision, and back. */
export interface ContainerAppRollout {
  /** Name of the revision that this program deploys. */
  readonly revision: string;
  /** Moves requests to a new revision, step by step. */
  readonly workflow: LogicAppWorkflow;
  /** Gives them back to the stable one when an alert fires. */
  readonly rollback: LogicAppWorkflow;
  /** Calls `rollback`: for alerts of yours, too. */
  readonly actionGroup: MonitorActionGroup;
  /** What both workflows may do. */
  readonly role: RoleDefinition;
  /** Fire when the workflows themselves fail. */
  readonly alerts: { readonly workflow: MonitorMetricAlert; readonly rollback: MonitorMetricAlert };
}

/** @param groups who hears of workflows that fail */
export function createRollout(
  scope: Construct,
  context: EndpointContext,
  {
    app,
    revision,
    groups,
  }: { readonly app: ContainerApp; readonly revision: string; readonly groups: readonly string[] },
): ContainerAppRollout {
  const { plan } = context;
  const role = createRole(scope, context);
  const common = { role, appId: app.id };
  const rollback = createWorkflow(scope, context, {
    ...common,
    ...{ id: 'Rollback', suffix: 'rollback', actions: rollbackWorkflow(app.id) },
  });
  const request = new LogicAppTriggerHttpRequest(scope, 'RollbackTrigger', {
    name: 'alert',
    logicAppId: rollback.workflow.id,
    schema: '{}',
    dependsOn: [rollback.last],
  });
  const actionGroup = createActionGroup(scope, context, rollback.workflow, request);
  const workflow = createWorkflow(scope, context, {
    ...common,
    ...{ id: 'Rollout', suffix: 'rollout', actions: rolloutWorkflow(app.id, plan.rollout, revision) },
  });
  new LogicAppTriggerRecurrence(scope, 'RolloutTrigger', {
    name: 'every-minute',
    logicAppId: workflow.workflow.id,
    frequency: 'Minute',
    interval: 1,
    // Nothing begins before what brings it back is there.
    dependsOn: [workflow.last, actionGroup],
  });
  const alerts = {
    // New rights take minutes to work, and one run is made good by the next: nearly all of a quarter of an hour.
    workflow: createRunAlert(scope, context, {
      ...{ id: 'RolloutAlert', suffix: 'rollout' },
      workflow: workflow.workflow,
      most: 12,
      groups,
    }),
    rollback: createRunAlert(scope, context, {
      ...{ id: 'RollbackAlert', suffix: 'rollback' },
      workflow: rollback.workflow,
      most: 0,
      groups,
    }),
  };
  return { revision, workflow: workflow.workflow, rollback: rollback.workflow, actionGroup, role, alerts };
}

/** Whoever has it as receiver starts the rollback. */
function createActionGroup(
  scope: Construct,
  { group, name, tags }: EndpointContext,
  rollback: LogicAppWorkflow,
  request: LogicAppTriggerHttpRequest,
): MonitorActionGroup {
  return new MonitorActionGroup(scope, 'RollbackGroup', {
    name: `ag-${name}-rollback`,
    shortName: 'rollback',
    resourceGroupName: group.name,
    tags,
    logicAppReceiver: [
      {
        name: 'rollback',
        resourceId: rollback.id,
        callbackUrl: request.callbackUrl,
        useCommonAlertSchema: true,
      },
    ],
  });
}

/** Names of roles are unique in the directory. */
function createRole(scope: Construct, context: EndpointContext): RoleDefinition {
  const { group, plan } = context;
  return new RoleDefinition(scope, 'RolloutRole', {
    name: `inferstack-rollout-${globalHash(context)}`,
    description: literal(`Moves requests between the revisions of ${plan.path}.`),
    scope: group.id,
    assignableScopes: [group.id],
    permissions: [{ actions: ACTIONS }],
  });
}
