import {
  exampleModel,
  IMAGE,
  newStack,
  type Resource,
  SUBSCRIPTION,
  templateOf,
} from '../support/synthesize';
import {
  armOf,
  bindPlan,
  configOf,
  endpointIn,
  type Options,
  planOf,
  synthesize,
} from './support/synthesize';

const REGISTRY = { id: `${SUBSCRIPTION}/registries/r`, loginServer: 'registry.example.com' };

test('by default the workspace alone reaches it, with an identity and without keys', () => {
  for (const id of ['Endpoint', 'Traffic'] as const) {
    const [endpoint] = armOf(synthesize(), id);
    expect(endpoint).toMatchObject({
      type: 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints',
      name: 'research/serving-endpoint',
      location: 'westeurope',
      properties: { authMode: 'AADToken', publicNetworkAccess: 'Disabled' },
    });
  }
  const [open] = armOf(synthesize({ publicAccess: true }), 'Traffic');
  expect(open!['properties']).toMatchObject({ authMode: 'AADToken', publicNetworkAccess: 'Enabled' });
});

test('all traffic goes to the deployment of the release, and none before it is there', () => {
  const template = synthesize();
  const [environment, deployment] = armOf(template, 'Deployment');
  const release = deployment!['name'].split('/').at(-1);
  expect(release).toMatch(/^r-[0-9a-f]{16}$/);
  expect(environment!['name']).toBe(`research/serving-endpoint/${release}`);
  expect(armOf(template, 'Endpoint')[0]!['properties'].traffic).toEqual({});
  expect(armOf(template, 'Traffic')[0]!['properties'].traffic).toEqual({ [release]: 100 });
  const outputs = Object.values(template.json['output'] as Record<string, Resource>).map(
    ({ value }) => value,
  );
  expect([...outputs].sort()).toEqual([
    'https://serving-endpoint.westeurope.inference.ml.azure.com/score',
    release,
  ]);
});

test('a release is made beside the former one, and the traffic waits for it', () => {
  const all = synthesize().all('resource_group_template_deployment');
  const resources = Object.values(all);
  const [endpoint, deployment, traffic] = ['endpoint', 'r-[0-9a-f]{16}', 'traffic'].map(
    (name) => resources.find((found) => new RegExp(`^serving-endpoint-${name}$`).test(found['name']))!,
  );
  expect(endpoint!['lifecycle']).toEqual({ ignore_changes: ['template_content', 'tags'] });
  expect(deployment!['lifecycle']).toEqual({ create_before_destroy: true });
  expect(deployment!['depends_on']).toEqual(
    expect.arrayContaining([
      expect.stringContaining('EndpointTemplate'),
      expect.stringContaining('ReadModels'),
      expect.stringContaining('storage_blob'),
    ]),
  );
  expect(traffic!['depends_on']).toEqual([expect.stringContaining('DeploymentTemplate')]);
  for (const { resource_group_name: group, deployment_mode: mode } of resources) {
    expect([group, mode]).toEqual(['ml', 'Incremental']);
  }
});

test.each<[string, Options, object]>([
  ['another model', {}, { model: exampleModel('breast-cancer', '2') }],
  ['another machine', { instanceSeries: 'Fsv2' }, {}],
  ['another setting of the runtime', {}, { runtime: { maxInFlight: 10 } }],
  ['other tags', { tags: { team: 'risk' } }, {}],
])('%s makes another deployment', (_, options, props) => {
  const name = (template = synthesize()) => armOf(template, 'Deployment')[1]!['name'] as string;
  expect(name(synthesize(options, props))).not.toBe(name());
});

test('neither traffic nor scaling makes another deployment, and the same plan none', () => {
  const name = (props = {}) => armOf(synthesize({}, props), 'Deployment')[1]!['name'] as string;
  expect(name({ scaling: { maxReplicas: 20, cpuPercent: 80 } })).toBe(name());
  expect(name()).toBe(name());
});

test('the container is that of the plan, with the routes of the contract', () => {
  const template = synthesize();
  const [environment, deployment] = armOf(template, 'Deployment');
  const route = (path: string) => ({ path, port: 8080 });
  expect(environment!['properties']).toEqual({
    image: IMAGE,
    osType: 'Linux',
    inferenceConfig: {
      livenessRoute: route('/'),
      readinessRoute: route('/ready'),
      scoringRoute: route('/score'),
    },
  });
  expect(deployment).toMatchObject({
    kind: 'Managed',
    sku: { name: 'Default', capacity: 2 },
    properties: {
      endpointComputeType: 'Managed',
      environmentId: expect.stringMatching(
        /workspaces\/research\/environments\/serving-endpoint\/versions\/r-/,
      ),
      instanceType: 'Standard_DS1_v2',
      requestSettings: { maxConcurrentRequestsPerInstance: 256, requestTimeout: 'PT35S' },
      scaleSettings: { scaleType: 'Default' },
      readinessProbe: { period: 'PT10S', failureThreshold: 89 },
    },
  });
  expect(configOf(template)).toMatchObject({ endpoint: 'serving-endpoint', contracts: ['azureml'] });
});

test.each<[Options['instanceSeries'], number, number, string]>([
  [undefined, 1000, 2560, 'Standard_DS1_v2'],
  // A GiB is left to the system.
  [undefined, 1000, 2561, 'Standard_DS2_v2'],
  ['DSv2', 16_000, 2048, 'Standard_DS5_v2'],
  ['Fsv2', 72_000, 2048, 'Standard_F72s_v2'],
  ['Esv3', 1000, 400_000, 'Standard_E64s_v3'],
])('series %s, %d thousandths of a core and %d MiB: %s', (instanceSeries, cpuMillis, memoryMiB, type) => {
  const template = synthesize({ instanceSeries }, { resources: { cpuMillis, memoryMiB } });
  expect(armOf(template, 'Deployment')[1]!['properties'].instanceType).toBe(type);
});

test('replicas are added by CPU and by requests, and removed when both allow', () => {
  const scaling = { minReplicas: 3, maxReplicas: 7, cpuPercent: 70, requestsPerReplica: 25 };
  const autoscale = synthesize({}, { scaling }).find('monitor_autoscale_setting');
  expect(autoscale['target_resource_id']).toMatch(
    /^\/subscriptions\/.*\/workspaces\/research\/onlineEndpoints\/serving-endpoint\/deployments\/r-[0-9a-f]{16}$/,
  );
  const [profile] = autoscale['profile'];
  expect(profile.capacity).toEqual({ default: 3, minimum: 3, maximum: 7 });
  const rules = profile.rule.map(({ metric_trigger: trigger, scale_action: action }: Resource) => [
    trigger['metric_name'],
    trigger['operator'],
    trigger['threshold'],
    trigger['divide_by_instance_count'],
    action['direction'],
    action['cooldown'],
  ]);
  expect(rules).toEqual([
    ['CpuUtilizationPercentage', 'GreaterThan', 70, false, 'Increase', 'PT1M'],
    ['CpuUtilizationPercentage', 'LessThan', 35, false, 'Decrease', 'PT5M'],
    ['RequestsPerMinute', 'GreaterThan', 1500, true, 'Increase', 'PT1M'],
    ['RequestsPerMinute', 'LessThan', 750, true, 'Decrease', 'PT5M'],
  ]);
});

test('the identity may read the models and pull the image, and nothing above them', () => {
  const template = synthesize({ registry: REGISTRY });
  const roles = Object.values(template.all('role_assignment')).map((role) => [
    role['role_definition_name'],
    role['scope'],
  ]);
  expect([...roles].sort()).toEqual([
    ['AcrPull', REGISTRY.id],
    ['Storage Blob Data Reader', expect.stringContaining('azurerm_storage_container')],
  ]);
  const [endpoint] = armOf(template, 'Traffic');
  expect(Object.keys(endpoint!['identity'].userAssignedIdentities)).toEqual([
    expect.stringContaining('azurerm_user_assigned_identity'),
  ]);
});

test('alerts count requests as the platform logged them, from the least number on', () => {
  const monitoring = { runbookUrl: 'https://runbooks.example.com/a', logRetentionDays: 90 };
  const template = synthesize({ alerts: { emails: ['a@example.com'] } }, { monitoring });
  const rules = Object.values(template.all('monitor_scheduled_query_rules_alert_v2'));
  const queries = rules.map((rule) => rule['criteria'][0].query as string);
  for (const query of queries) {
    expect(query).toContain("AmlOnlineEndpointTrafficLog\n| where EndpointName == 'serving-endpoint'");
    expect(query).toContain('| where requests >= 100');
  }
  expect(queries[0]).toContain('100.0 * errors / requests');
  expect(queries[1]).toContain('percentile(TotalDurationMs, 99)');
  for (const rule of rules) expect(rule['action'].custom_properties.runbook).toBe(monitoring.runbookUrl);
  const diagnostics = template.find('monitor_diagnostic_setting');
  expect(diagnostics['enabled_log'].map(({ category }: Resource) => category)).toContain(
    'AmlOnlineEndpointTrafficLog',
  );
  expect(template.find('log_analytics_workspace')['retention_in_days']).toBe(90);
});

test('text that looks like an expression of a template, or of Terraform, stays text', () => {
  const plan = planOf();
  const [main] = plan.models;
  const manifest = { ...main.manifest, name: '[resourceGroup().id]${file("a")}' };
  const template = bindPlan({ ...plan, models: [{ ...main, manifest }] });
  const [, deployment] = armOf(template, 'Deployment');
  expect(deployment!['properties'].description).toMatch(/^\[\[resourceGroup\(\)\.id\]\$\$\{file\("a"\)\}/);
});

test('two endpoints of a stack share no name', () => {
  const stack = newStack();
  endpointIn(stack, {}, {}, 'One');
  endpointIn(stack, {}, {}, 'Two');
  const template = templateOf(stack);
  for (const type of template.types.filter(
    (found) => !['storage_container', 'storage_blob', 'role_assignment'].includes(found),
  )) {
    const names = Object.values(template.all(type)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('ids are a contract: another one replaces the resource', () => {
  const { json } = synthesize({ registry: REGISTRY, alerts: { emails: ['a@example.com'] } });
  const ids = Object.entries(json['resource'] as Record<string, Resource>).flatMap(([type, found]) =>
    Object.keys(found).map((id) => `${type}.${id.replace(/Model[0-9a-f]{16}_.*/, 'Model<digest>')}`),
  );
  expect(ids.sort()).toMatchSnapshot();
});
