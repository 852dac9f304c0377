import { type Expression, evaluated } from './expressions';

/**
 * An action of a workflow.
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
 */
export interface WorkflowAction {
  readonly type: 'Foreach' | 'Http' | 'If' | 'Query' | 'Select' | 'Switch' | 'Terminate' | 'Until' | 'Wait';
  /** Actions before this one, and how they ended. @default - at once */
  readonly runAfter?: Readonly<Record<string, readonly ActionStatus[]>>;
  readonly [property: string]: unknown;
}

type ActionStatus = 'Succeeded' | 'Failed' | 'Skipped' | 'TimedOut';
export type WorkflowActions = Readonly<Record<string, WorkflowAction>>;

const RESOURCE_MANAGER = 'https://management.azure.com';
/** https://learn.microsoft.com/rest/api/resource-manager/containerapps */
const API_VERSION = '2025-01-01';
/** Until a request is given up. A rollback waits for as many as a run of the rollout makes until it has moved requests. */
const REQUEST_SECONDS = 12;
const HOWEVER: readonly ActionStatus[] = ['Succeeded', 'Failed', 'Skipped', 'TimedOut'];

/**
 * A request to Azure Resource Manager with the identity of the workflow. Never repeated by itself: a repetition that
 * comes late would write what is no longer so. Accepted is enough, since following an operation takes rights on the
 * whole subscription; whoever comes next reads what became of it.
 *
 * @param id of the resource, with expressions
 */
export function resourceManager(
  method: 'GET' | 'PATCH' | 'POST',
  id: string,
  content?: object,
): WorkflowAction {
  return {
    type: 'Http',
    inputs: {
      method,
      uri: `${RESOURCE_MANAGER}${id}?api-version=${API_VERSION}`,
      ...(content !== undefined && { body: content }),
      authentication: { type: 'ManagedServiceIdentity', audience: RESOURCE_MANAGER },
      retryPolicy: { type: 'none' },
    },
    operationOptions: 'DisableAsyncPattern',
    limit: { timeout: `PT${REQUEST_SECONDS}S` },
  };
}

export function when(condition: Expression, actions: WorkflowActions, otherwise: WorkflowActions = {}) {
  return {
    type: 'If',
    expression: evaluated(condition),
    actions,
    else: { actions: otherwise },
  } satisfies WorkflowAction;
}

/** One of several sets of actions, by name. */
export function choose(
  choice: Expression,
  cases: Readonly<Record<string, WorkflowActions>>,
  otherwise: WorkflowActions,
): WorkflowAction {
  const named = Object.entries(cases).map(([name, actions]) => [name, { case: name, actions }]);
  return {
    type: 'Switch',
    expression: evaluated(choice),
    cases: Object.fromEntries(named),
    default: { actions: otherwise },
  };
}

/** Items of a list that meet a condition. */
export const filter = (from: Expression, where: Expression): WorkflowAction => ({
  type: 'Query',
  inputs: { from: evaluated(from), where: evaluated(where) },
});

/** What becomes of each item of a list. */
export const select = (from: Expression, each: Expression): WorkflowAction => ({
  type: 'Select',
  inputs: { from: evaluated(from), select: evaluated(each) },
});

export const forEach = (items: Expression, actions: WorkflowActions): WorkflowAction => ({
  type: 'Foreach',
  foreach: evaluated(items),
  actions,
});

export const until = (condition: Expression, count: number, actions: WorkflowActions): WorkflowAction => ({
  type: 'Until',
  expression: evaluated(condition),
  limit: { count, timeout: 'PT1H' },
  actions,
});

export const waitSeconds = (count: number): WorkflowAction => ({
  type: 'Wait',
  inputs: { interval: { count, unit: 'Second' } },
});

/** Ends the run as failed, which the alert on the workflow tells. */
export const fail = (code: string, message: string): WorkflowAction => ({
  type: 'Terminate',
  inputs: { runStatus: 'Failed', runError: { code, message } },
});

/** Each after the one before has succeeded. */
export const inOrder = (...steps: readonly (readonly [string, WorkflowAction])[]): WorkflowActions =>
  chained(steps, ['Succeeded']);

/** Each after the one before, however that ended. */
export const inAnyCase = (...steps: readonly (readonly [string, WorkflowAction])[]): WorkflowActions =>
  chained(steps, HOWEVER);

function chained(
  steps: readonly (readonly [string, WorkflowAction])[],
  statuses: readonly ActionStatus[],
): WorkflowActions {
  const entries = steps.map(([name, action], i) => {
    const before = steps[i - 1];
    return [name, { ...action, runAfter: before === undefined ? {} : { [before[0]]: statuses } }];
  });
  return Object.fromEntries(entries) as WorkflowActions;
}
