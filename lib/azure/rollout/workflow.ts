import { LogicAppActionCustom } from '@cdktf/provider-azurerm/lib/logic-app-action-custom';
import { LogicAppWorkflow } from '@cdktf/provider-azurerm/lib/logic-app-workflow';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition';
import type { Construct } from 'constructs';
import { type ITerraformDependable, jsonDocument } from '../../terraform';
import type { EndpointContext } from '../context';
import { describe } from '../query-alert';
import type { WorkflowActions } from './workflow-actions';

const SEVERITY_ERROR = 1;

interface WorkflowProps {
  readonly id: string;
  readonly suffix: string;
  readonly appId: string;
  readonly role: RoleDefinition;
  readonly actions: WorkflowActions;
}

interface BoundWorkflow {
  readonly workflow: LogicAppWorkflow;
  /** There when the workflow may be triggered: its last action. */
  readonly last: ITerraformDependable;
}

/** A workflow with an identity of its own that may change the app, and nothing else. */
export function createWorkflow(
  scope: Construct,
  { name, placed }: EndpointContext,
  { id, suffix, appId, role, actions }: WorkflowProps,
): BoundWorkflow {
  const workflow = new LogicAppWorkflow(scope, `${id}Workflow`, {
    ...placed,
    name: `logic-${name}-${suffix}`,
    identity: { type: 'SystemAssigned' },
  });
  const assignment = new RoleAssignment(scope, `${id}Rights`, {
    scope: appId,
    roleDefinitionId: role.roleDefinitionResourceId,
    principalId: workflow.identity.principalId,
    principalType: 'ServicePrincipal',
  });
  // One after the other, as they name each other.
  const last = Object.entries(actions).reduce<ITerraformDependable>(
    (before, [action, body]) =>
      new LogicAppActionCustom(scope, id + inPascalCase(action), {
        name: action,
        logicAppId: workflow.id,
        body: jsonDocument(body),
        dependsOn: [before],
      }),
    assignment,
  );
  return { workflow, last };
}

const inPascalCase = (action: string): string =>
  action.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());

interface RunAlertProps {
  readonly id: string;
  readonly suffix: string;
  readonly workflow: LogicAppWorkflow;
  /** Failed runs in a quarter of an hour that are still no alert. */
  readonly most: number;
  readonly groups: readonly string[];
}

/** Source: https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-logic-workflows-metrics */
export function createRunAlert(
  scope: Construct,
  context: EndpointContext,
  { id, suffix, workflow, most, groups }: RunAlertProps,
): MonitorMetricAlert {
  return new MonitorMetricAlert(scope, id, {
    name: `${context.name}-${suffix}-fails`,
    resourceGroupName: context.group.name,
    tags: context.tags,
    description: describe(context, `The workflow of the ${suffix} fails: see its runs.`),
    severity: SEVERITY_ERROR,
    scopes: [workflow.id],
    frequency: 'PT5M',
    windowSize: 'PT15M',
    criteria: [
      {
        metricNamespace: 'Microsoft.Logic/workflows',
        metricName: 'RunsFailed',
        aggregation: 'Total',
        operator: 'GreaterThan',
        threshold: most,
      },
    ],
    action: groups.map((actionGroupId) => ({ actionGroupId })),
  });
}
