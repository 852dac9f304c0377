import { Duration, Gate, Rollout, RuntimeImage } from 'inferstack';
import {
  endpointIn,
  exampleModel,
  IMAGE,
  newStack,
  type Resource,
  synthesize,
  type Template,
  templateOf,
} from '../support/synthesize';
import { actionsOf, CANARY, gated } from './support/rollout-rig';

const template = gated(CANARY, { alerts: { emails: ['on-call@example.com'] } });
const app = template.find('container_app');
const only = (value: string) => expect.stringMatching(new RegExp(`^\\$\\{${value}\\}$`));
const rules = (of: Template = template) => of.all('monitor_scheduled_query_rules_alert_v2');
const groups = {
  own: only('azurerm_monitor_action_group.Endpoint_RollbackGroup_\\w+.id'),
  people: only('azurerm_monitor_action_group.Endpoint_ActionGroup_\\w+.id'),
};
const suffixOf = (of: Template): string => of.find('container_app')['template'].revision_suffix;
const revision = `serving-endpoint--${suffixOf(template)}`;

test('revisions stay side by side, and the first one is created as Azure demands', () => {
  expect(app).toMatchObject({
    revision_mode: 'Multiple',
    template: {
      revision_suffix: expect.stringMatching(/^r1-[0-9a-f]{12}$/),
      min_replicas: expect.any(Number),
    },
    ingress: { traffic_weight: [{ latest_revision: true, percentage: 100 }] },
  });
});

test('an apply leaves traffic and state alone', () => {
  const { ignore_changes: ignored } = app['lifecycle'];
  expect(ignored).toEqual([
    'ingress[0].traffic_weight',
    'tags["inferstack-stable"]',
    'tags["inferstack-candidate"]',
    'tags["inferstack-step"]',
    'tags["inferstack-since"]',
    'tags["inferstack-rejected"]',
    'tags["inferstack-sweep"]',
  ]);
});

test('without steps nothing of that is there', () => {
  const plain = synthesize();
  expect(plain.types.filter((type) => /logic_app|role_definition/.test(type))).toEqual([]);
  expect(plain.find('container_app')).not.toHaveProperty('lifecycle');
  expect(plain.find('container_app')['template']).not.toHaveProperty('revision_suffix');
});

describe('the name of a revision', () => {
  const with2 = (release?: number) => {
    const stack = newStack();
    endpointIn(
      stack,
      { modelStorage: { previousModels: [exampleModel()] }, ...(release === undefined ? {} : { release }) },
      { model: exampleModel('breast-cancer', '2'), rollout: CANARY },
    );
    return suffixOf(templateOf(stack));
  };

  test('changes with what it is made of, and goes back with it', () => {
    const first = suffixOf(gated());
    expect(with2()).not.toBe(first);
    expect(with2()).toBe(with2());
    expect(suffixOf(gated())).toBe(first);
    const image = RuntimeImage.fromRegistry(IMAGE.replace(/a+$/, 'b'.repeat(64)));
    expect(suffixOf(gated(CANARY, {}, { runtime: { image } }))).not.toBe(first);
  });

  test('changes with what is overridden, wherever it is named', () => {
    const stack = newStack();
    const options = { modelStorage: { previousModels: [] }, alerts: { emails: ['on-call@example.com'] } };
    const { native } = endpointIn(stack, options, { rollout: CANARY });
    native.app.addOverride('template.max_replicas', 50);
    const overridden = templateOf(stack);
    const suffix = suffixOf(overridden);
    expect(suffix).toMatch(/^r1-[0-9a-f]{12}$/);
    expect(suffix).not.toBe(suffixOf(template));
    const text = (of: Template) => JSON.stringify(of.json).replaceAll(suffixOf(of), '<suffix>');
    expect(text(overridden)).toBe(text(template).replace(/"max_replicas":\d+/, '"max_replicas":50'));
    expect(overridden.find('container_app')['lifecycle'].postcondition[0].condition).toContain(suffix);
  });

  test('does not change with what is no part of it', () => {
    const alerts = { emails: ['on-call@example.com'] };
    const rollout = Rollout.linear({ step: 25 });
    expect(suffixOf(gated(rollout, { alerts, tags: { team: 'risk' } }))).toBe(suffixOf(gated()));
  });

  test('has a number, so that what was there before can be deployed again', () => {
    expect(with2(7)).toBe(with2().replace('r1-', 'r7-'));
  });

  test('fits into the 54 characters of Azure', () => {
    const longest = gated(CANARY, { name: 'a'.repeat(32), release: 999_999 });
    expect(`${'a'.repeat(32)}--${suffixOf(longest)}`).toHaveLength(54);
  });
});

test('the workflows may do four things with the one app, and nothing else', () => {
  expect(template.find('role_definition')['permissions']).toEqual([
    {
      actions: [
        'Microsoft.App/containerApps/read',
        'Microsoft.App/containerApps/write',
        'Microsoft.App/containerApps/revisions/read',
        'Microsoft.App/containerApps/revisions/deactivate/action',
      ],
    },
  ]);
  const { RolloutRights, RollbackRights } = template.all('role_assignment');
  for (const [name, rights] of Object.entries({ Rollout: RolloutRights!, Rollback: RollbackRights! })) {
    expect(rights).toMatchObject({
      scope: only('azurerm_container_app.Endpoint_App_\\w+.id'),
      role_definition_id: only(
        'azurerm_role_definition.Endpoint_RolloutRole_\\w+.role_definition_resource_id',
      ),
      principal_id: only(
        `azurerm_logic_app_workflow.Endpoint_${name}Workflow_\\w+.identity\\[0\\].principal_id`,
      ),
    });
  }
});

test('an alert calls the rollback, in the common schema that tells when it is over', () => {
  expect(template.all('monitor_action_group')['RollbackGroup']).toMatchObject({
    logic_app_receiver: [
      {
        resource_id: only('azurerm_logic_app_workflow.Endpoint_RollbackWorkflow_\\w+.id'),
        callback_url: only(
          'azurerm_logic_app_trigger_http_request.Endpoint_RollbackTrigger_\\w+.callback_url',
        ),
        use_common_alert_schema: true,
      },
    ],
  });
  for (const { action } of Object.values(rules())) {
    expect(action.action_groups).toEqual([groups.people, groups.own]);
  }
  const { ReplicasAlert, RolloutAlert, RollbackAlert } = template.all('monitor_metric_alert');
  for (const alert of [ReplicasAlert, RolloutAlert, RollbackAlert])
    expect(alert!['action']).toEqual([{ action_group_id: groups.people }]);
  expect(RollbackAlert!['criteria']).toEqual([
    expect.objectContaining({ metric_name: 'RunsFailed', operator: 'GreaterThan', threshold: 0 }),
  ]);
});

test('every minute, from when all it needs is there', () => {
  expect(template.find('logic_app_trigger_recurrence')).toMatchObject({
    frequency: 'Minute',
    interval: 1,
    depends_on: [
      expect.stringMatching(/logic_app_action_custom.Endpoint_RolloutDecide_/),
      expect.stringMatching(/monitor_action_group.Endpoint_RollbackGroup_/),
    ],
  });
  const { RolloutReadApp, RolloutServed, RolloutDecide } = template.all('logic_app_action_custom');
  const before = ({ depends_on: [needed] }: Resource) => String(needed).replace(/_\w{8}$/, '');
  expect([RolloutReadApp!, RolloutServed!, RolloutDecide!].map(before)).toEqual([
    'azurerm_role_assignment.Endpoint_RolloutRights',
    'azurerm_logic_app_action_custom.Endpoint_RolloutReadApp',
    'azurerm_logic_app_action_custom.Endpoint_RolloutServed',
  ]);
});

test('the definitions stay within the limits of Logic Apps', () => {
  // https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-config#workflow-definition-limits
  const longest = gated(Rollout.linear({ step: 1 }), { name: 'a'.repeat(32) });
  for (const workflow of ['RolloutWorkflow', 'RollbackWorkflow'] as const) {
    const actions = actionsOf(longest, workflow);
    expect(Math.max(...expressionsIn(actions).map(({ length }) => length))).toBeLessThanOrEqual(8192);
    expect(depthOf(actions)).toBeLessThanOrEqual(8);
    expect(Object.keys(actions['Decide']!['cases'] ?? {}).length).toBeLessThanOrEqual(25);
  }
});

test('a rollback waits for longer than a run needs until it has moved requests', () => {
  const requests = requestsUntilMoved(actionsOf(template, 'RolloutWorkflow'));
  expect(requests.map(({ limit }) => limit)).toEqual(Array(3).fill({ timeout: 'PT12S' }));
  const waits = objectsIn(actionsOf(template, 'RollbackWorkflow')).filter(({ type }) => type === 'Wait');
  expect(waits.map(({ inputs }) => inputs)).toEqual([{ interval: { count: 45, unit: 'Second' } }]);
  expect(requests.length * 12).toBeLessThan(45);
});

/** The longest way to a change of traffic: the requests on it, one after the other. */
function requestsUntilMoved(actions: Record<string, Resource>): Resource[] {
  const ways = Object.values(actions['Decide']!['cases'] as Record<string, Resource>).map(objectsIn);
  const moving = ways
    .filter((way) => way.some(({ inputs }) => inputs?.body?.properties !== undefined))
    .map((way) => {
      const requests = way.filter(({ type }) => type === 'Http');
      const reads = requests.filter(({ inputs }) => inputs.method === 'GET');
      // Of several changes in one case only one is made.
      return [...reads, requests.find(({ inputs }) => inputs.method === 'PATCH')!];
    });
  const longest = moving.reduce((one, other) => (other.length > one.length ? other : one));
  return [actions['Read_app']!, ...longest];
}

function objectsIn(value: unknown): Resource[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Resource, ...Object.values(value).flatMap(objectsIn)];
}

function expressionsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('@') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

/** How deep actions lie in each other. */
function depthOf(actions: Record<string, Resource>): number {
  const inner = ({ actions: own, else: otherwise, cases = {}, default: rest }: Resource) =>
    [
      own,
      otherwise?.actions,
      rest?.actions,
      ...Object.values(cases as Record<string, Resource>).map((one) => one['actions']),
    ].map((nested) => (nested === undefined ? 0 : depthOf(nested)));
  return Math.max(0, ...Object.values(actions).map((action) => 1 + Math.max(0, ...inner(action))));
}

test('alarms judge each revision by itself', () => {
  const { ErrorsAlert, LatencyAlert } = rules();
  for (const alert of [ErrorsAlert!, LatencyAlert!]) {
    const [{ query, dimension }] = alert['criteria'] as [Resource];
    expect(query).toContain(' by revision = RevisionName_s');
    expect(query.split('\n').at(-1)).toMatch(/, revision$/);
    expect(dimension).toEqual([{ name: 'revision', operator: 'Include', values: ['*'] }]);
  }
  const two = gated(CANARY, {}, { model: [exampleModel(), exampleModel('digits')] });
  const [criteria] = rules(two)['ErrorsAlert']!['criteria'] as [Resource];
  expect(criteria['query']).toContain(' by revision = RevisionName_s, model = tostring(line.Model)');
  expect(criteria['dimension'].map(({ name }: Resource) => name)).toEqual(['revision', 'model']);
});

test('gates are alerts of their own, on the new revision alone', () => {
  const gates = [
    Gate.errors({ maxPercent: 7, minSamples: 50 }),
    Gate.latency({
      ...{ name: 'p95', quantile: 0.95, max: Duration.millis(80), minSamples: 99 },
      ...{ window: Duration.minutes(1), failAfter: { failed: 3, of: 6 } },
    }),
  ];
  const { Gate1Alert, Gate2Alert } = rules(
    gated(Rollout.canary({ gates }), { alerts: { emails: ['a@example.com'] } }),
  );
  const dimension = [{ name: 'revision', operator: 'Include', values: [revision] }];
  expect(Gate1Alert).toMatchObject({
    name: 'serving-endpoint-gate-1',
    ...{ evaluation_frequency: 'PT5M', window_duration: 'PT5M' },
    action: { action_groups: [groups.people, groups.own] },
    criteria: [
      {
        ...{ threshold: 7, operator: 'GreaterThan', dimension },
        failing_periods: { number_of_evaluation_periods: 3, minimum_failing_periods_to_trigger_alert: 2 },
      },
    ],
  });
  expect(Gate1Alert!['criteria'][0].query).toContain('| where requests >= 50\n');
  expect(Gate2Alert).toMatchObject({
    ...{ evaluation_frequency: 'PT1M', window_duration: 'PT1M' },
    criteria: [
      {
        ...{ threshold: 80, dimension },
        failing_periods: { number_of_evaluation_periods: 6, minimum_failing_periods_to_trigger_alert: 3 },
      },
    ],
  });
  expect(Gate2Alert!['criteria'][0].query).toContain('percentilew(value, occurred, 95) by revision');
});

test('the same program gives the same output', () => {
  expect(JSON.stringify(gated().json)).toBe(JSON.stringify(gated().json));
});
