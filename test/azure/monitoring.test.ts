import { Duration } from 'inferstack';
import { EMF_DIMENSION_SETS } from '../../runtime/src/contract';
import { emfLine } from '../../runtime/src/telemetry/emf-line';
import { EmfWindow } from '../../runtime/src/telemetry/emf-window';
import { type Resource, synthesize } from './support/synthesize';

const rules = (template = synthesize()) => template.all('monitor_scheduled_query_rules_alert_v2');

/** A line as the runtime writes it after a minute with predictions. */
function realLine(): Resource {
  const window = new EmfWindow();
  const model = { name: 'breast-cancer', version: '1' };
  window.onModel(model);
  for (let i = 1; i <= 50; i++) window.onRequest(model, 'infer', i % 10 === 0 ? 500 : 200, i);
  window.onRun(model, 4, 2, 1);
  window.onRows(model, 4);
  const [taken] = window.take().models;
  const dimensions = { endpoint: 'serving-endpoint', model: model.name, version: model.version };
  const text = emfLine(0, [EMF_DIMENSION_SETS.model], dimensions, taken!.values);
  expect(text.startsWith('{"_aws"')).toBe(true);
  return JSON.parse(text) as Resource;
}

/** Everything a query reads from a line: `line.Latency.Values`. */
const paths = (query: string): string[] =>
  [...query.matchAll(/\bline\.([\w.[\]]+)/g)].map(([, path]) => path!);

const at = (line: unknown, path: string): unknown =>
  path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], line);

test('the queries read what the runtime writes', () => {
  const line = realLine();
  const dashboard = JSON.parse(synthesize().find('portal_dashboard')['dashboard_properties']) as Resource;
  const tiles = Object.values(dashboard['lenses']['0'].parts as Record<string, Resource>);
  const inputs = tiles.flatMap(({ metadata }) => metadata.inputs as Resource[]);
  const queries = [
    ...Object.values(rules()).map(({ criteria }) => String(criteria[0].query)),
    ...inputs.filter(({ name }) => name === 'Query').map(({ value }) => String(value)),
  ];
  expect(queries).toHaveLength(8);
  for (const query of queries) {
    expect(paths(query).length).toBeGreaterThan(2);
    for (const path of paths(query)) expect([path, at(line, path)]).not.toEqual([path, undefined]);
    expect(query).toContain("where ContainerAppName_s == 'serving-endpoint'");
  }
  const latency = rules()['LatencyAlert']!['criteria'][0].query as string;
  expect(latency).toContain('line.Latency');
  expect(line['Latency']).toMatchObject({ Values: expect.any(Array), Counts: expect.any(Array) });
  expect(at(line, '_aws.CloudWatchMetrics[0].Namespace')).toBe('Inferstack');
});

test('alerts fire above the limits of the plan, from the least number of requests on', () => {
  const template = synthesize(
    {},
    {
      monitoring: {
        errors: { maxPercent: 2.5, minRequests: 40, window: Duration.minutes(15) },
        latency: { maxP99: Duration.millis(250), minRequests: 60, window: Duration.minutes(1) },
      },
    },
  );
  const { ErrorsAlert, LatencyAlert } = rules(template);
  expect(ErrorsAlert).toMatchObject({
    window_duration: 'PT15M',
    evaluation_frequency: 'PT5M',
    criteria: [{ threshold: 2.5, operator: 'GreaterThan', metric_measure_column: 'measure' }],
    skip_query_validation: true,
  });
  expect(ErrorsAlert!['criteria'][0].query).toContain('| where requests >= 40\n');
  expect(LatencyAlert).toMatchObject({
    window_duration: 'PT1M',
    evaluation_frequency: 'PT1M',
    criteria: [{ threshold: 250 }],
  });
  expect(LatencyAlert!['criteria'][0].query).toContain('| where requests >= 60\n');
});

test.each([
  [1, 'PT1M'],
  [45, 'PT45M'],
  [60, 'PT1H'],
  [360, 'PT6H'],
  [1440, 'P1D'],
])('a window of %i minutes is %s', (minutes, duration) => {
  const template = synthesize({}, { monitoring: { errors: { window: Duration.minutes(minutes) } } });
  expect(rules(template)['ErrorsAlert']!['window_duration']).toBe(duration);
});

test('who is on call is told what to do, by mail and by groups of yours', () => {
  const runbookUrl = 'https://runbooks.example.com/credit';
  const actionGroupIds = ['/subscriptions/0/actionGroups/mine'];
  const template = synthesize(
    { alerts: { emails: ['a@example.com', 'b@example.com'], actionGroupIds } },
    { monitoring: { runbookUrl } },
  );
  expect(template.find('monitor_action_group')['email_receiver']).toMatchObject([
    { name: 'email-1', email_address: 'a@example.com' },
    { name: 'email-2', email_address: 'b@example.com' },
  ]);
  const groups = [expect.stringContaining('azurerm_monitor_action_group'), actionGroupIds[0]];
  for (const rule of Object.values(rules(template))) {
    expect(rule['description']).toContain(`Runbook: ${runbookUrl}`);
    expect(rule['action']).toEqual({
      action_groups: groups,
      custom_properties: { endpoint: 'Serving/Endpoint', runbook: runbookUrl },
    });
  }
  const replicas = template.find('monitor_metric_alert');
  expect(replicas['action']).toEqual(groups.map((action_group_id) => ({ action_group_id })));
  expect(replicas['description']).toContain(runbookUrl);
});

test('fewer replicas than wanted are told, unless none may be wanted', () => {
  expect(synthesize().find('monitor_metric_alert')['criteria']).toEqual([
    {
      metric_namespace: 'Microsoft.App/containerApps',
      metric_name: 'Replicas',
      aggregation: 'Maximum',
      operator: 'LessThan',
      threshold: 2,
    },
  ]);
  const toZero = synthesize({}, { scaling: { minReplicas: 0, requestsPerReplica: 5 } });
  expect(toZero.types).not.toContain('monitor_metric_alert');
});

test('what is switched off is not there', () => {
  const template = synthesize({}, { monitoring: { errors: false, dashboard: false } });
  expect(Object.keys(rules(template))).toEqual(['LatencyAlert']);
  expect(template.types).not.toContain('portal_dashboard');
  expect(template.types).not.toContain('monitor_action_group');
});

test('logs are kept as long as the plan says', () => {
  const template = synthesize({}, { monitoring: { logRetentionDays: 365 } });
  expect(template.find('log_analytics_workspace')['retention_in_days']).toBe(365);
});
