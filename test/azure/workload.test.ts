import { Duration, Rollout, RuntimeImage } from 'inferstack';
import { configOf, endpointIn, newStack, SUBSCRIPTION, synthesize, templateOf } from './support/synthesize';

const template = synthesize();
const app = template.find('container_app');
const [container] = app['template'].container;

test('the app has one revision at a time, TLS alone, and sends traffic to the inference port', () => {
  expect(app).toMatchObject({
    name: 'serving-endpoint',
    revision_mode: 'Single',
    workload_profile_name: 'Consumption',
    ingress: {
      external_enabled: true,
      allow_insecure_connections: false,
      transport: 'http',
      target_port: 8080,
      traffic_weight: [{ latest_revision: true, percentage: 100 }],
    },
  });
  expect(app['ingress'].ip_security_restriction).toBeUndefined();
});

test('a replica has what the plan says', () => {
  expect(container).toMatchObject({ cpu: 1, memory: '2Gi' });
  expect(container.image).toMatch(/@sha256:a{64}$/);
  expect(configOf(template)).toMatchObject({
    endpoint: 'serving-endpoint',
    models: [{ name: 'breast-cancer', version: '1' }],
    listeners: { inference: { port: 8080 }, grpc: null, management: { port: 9090 } },
    telemetry: { emf: true },
  });
});

test('small and large sizes are written as Azure wants them', () => {
  const size = (cpuMillis: number, memoryMiB: number) => {
    const found = synthesize({}, { resources: { cpuMillis, memoryMiB } }).find('container_app');
    const { cpu, memory } = found['template'].container[0];
    return [cpu, memory];
  };
  expect(size(250, 512)).toEqual([0.25, '0.5Gi']);
  expect(size(1750, 3584)).toEqual([1.75, '3.5Gi']);
  expect(size(4000, 8192)).toEqual([4, '8Gi']);
});

test('ready means past the golden samples; being slow is not being dead', () => {
  expect(container.startup_probe[0]).toMatchObject({ path: '/v2/health/ready', port: 8080 });
  expect(container.readiness_probe[0]).toMatchObject({
    path: '/v2/health/ready',
    interval_seconds: 5,
    success_count_threshold: 1,
  });
  expect(container.liveness_probe[0]).toMatchObject({
    path: '/v2/health/live',
    interval_seconds: 10,
    failure_count_threshold: 6,
  });
});

test.each([
  [60, 2, 30],
  [61, 3, 21],
  [300, 10, 30],
  [900, 30, 30],
  [7200, 240, 30],
])('a rollout that may take %i s is probed every %i s, %i times', (seconds, interval, failures) => {
  const rollout = Rollout.rolling({ timeout: Duration.seconds(seconds) });
  const found = synthesize({}, { rollout }).find('container_app')['template'].container[0];
  expect(found.startup_probe[0]).toMatchObject({
    interval_seconds: interval,
    failure_count_threshold: failures,
  });
  expect(interval * failures).toBeGreaterThanOrEqual(seconds);
  expect(interval * (failures - 1)).toBeLessThan(seconds);
});

test('a stopping replica gets the time to drain', () => {
  const runtime = { drainDelay: Duration.millis(1500), drainTimeout: Duration.seconds(60) };
  const found = synthesize({}, { runtime }).find('container_app');
  expect(found['template'].termination_grace_period_seconds).toBe(67);
});

test('CPU and requests add replicas', () => {
  const scaling = { minReplicas: 3, maxReplicas: 30, cpuPercent: 75, requestsPerReplica: 40 };
  const found = synthesize({}, { scaling }).find('container_app')['template'];
  expect(found).toMatchObject({ min_replicas: 3, max_replicas: 30 });
  expect(found.custom_scale_rule).toEqual([
    { name: 'cpu', custom_rule_type: 'cpu', metadata: { type: 'Utilization', value: '75' } },
  ]);
  expect(found.http_scale_rule).toEqual([{ name: 'requests', concurrent_requests: '40' }]);
  expect(found.cooldown_period_in_seconds).toBeUndefined();
  expect(app['template'].http_scale_rule).toBeUndefined();
});

test('to zero: by requests alone, since a rule on CPU would keep the last replica', () => {
  const scaling = { minReplicas: 0, requestsPerReplica: 10 };
  const found = synthesize({}, { scaling }).find('container_app')['template'];
  expect(found).toMatchObject({ min_replicas: 0, cooldown_period_in_seconds: 300 });
  expect(found.custom_scale_rule).toBeUndefined();
  expect(found.http_scale_rule).toHaveLength(1);
});

test('the identity reads the one container and pulls from the one registry, before the app starts', () => {
  const registry = { id: `${SUBSCRIPTION}/registries/r`, loginServer: 'registry.example.com' };
  const stack = newStack();
  const { native } = endpointIn(stack, { registry });
  const found = templateOf(stack);
  const roles = Object.values(found.all('role_assignment'));
  expect(roles.map(({ role_definition_name, scope }) => [role_definition_name, scope])).toEqual([
    ['AcrPull', registry.id],
    ['Storage Blob Data Reader', expect.stringMatching(/^\$\{azurerm_storage_container\.\w+\.id\}$/)],
  ]);
  const principal = expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.\w+\.principal_id\}$/);
  for (const role of roles) {
    expect(role).toMatchObject({ principal_id: principal, principal_type: 'ServicePrincipal' });
  }
  const identity = expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.\w+\.id\}$/);
  const { identity: assigned, registry: pull, depends_on: needs } = found.find('container_app');
  expect(assigned).toEqual({ type: 'UserAssigned', identity_ids: [identity] });
  expect(pull).toEqual([{ server: 'registry.example.com', identity }]);
  expect(needs.map((need: string) => need.split('.')[0])).toEqual([
    'azurerm_storage_blob',
    'azurerm_role_assignment',
    'azurerm_role_assignment',
  ]);
  expect(native.pullImages?.roleDefinitionNameInput).toBe('AcrPull');
});

test('the runtime is told which identity it has', () => {
  expect(container.env[1]).toEqual({
    name: 'AZURE_CLIENT_ID',
    value: expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.\w+\.client_id\}$/),
  });
});

test('what is yours is used and not created', () => {
  const group = { id: `${SUBSCRIPTION}/resourceGroups/mine`, name: 'mine', location: 'northeurope' };
  const identity = { id: `${SUBSCRIPTION}/identities/i`, clientId: 'client', principalId: 'principal' };
  const workspace = { id: `${SUBSCRIPTION}/workspaces/w`, retentionInDays: 30 };
  const environment = { id: `${SUBSCRIPTION}/managedEnvironments/e`, internal: true };
  const stack = newStack();
  const { native } = endpointIn(stack, {
    ...{ location: undefined, resourceGroup: group, identity, workspace, environment },
    tags: { team: 'risk' },
  });
  const found = templateOf(stack);
  const created = ['resource_group', 'user_assigned_identity', 'log_analytics_workspace', 'virtual_network'];
  expect([...found.types, 'none'].filter((type) => created.includes(type))).toEqual([]);
  expect(found.types).not.toContain('container_app_environment');
  expect(found.find('container_app')).toMatchObject({
    container_app_environment_id: environment.id,
    resource_group_name: 'mine',
    identity: { identity_ids: [identity.id] },
    tags: { team: 'risk', 'inferstack-endpoint': 'serving-endpoint' },
  });
  expect(found.find('storage_account')).toMatchObject({
    location: 'northeurope',
    resource_group_name: 'mine',
  });
  expect(found.all('role_assignment')['ReadModels']).toMatchObject({ principal_id: 'principal' });
  expect(native).toMatchObject({ resourceGroup: undefined, environment: undefined, workspace: undefined });
});

test('the app is what node.defaultChild leads to', () => {
  const endpoint = endpointIn(newStack());
  expect(endpoint.node.defaultChild).toBe(endpoint.native.app);
});

test('a tag instead of a digest gives a warning', () => {
  const warnings = (reference: string) => {
    const endpoint = endpointIn(newStack(), {}, { runtime: { image: RuntimeImage.fromRegistry(reference) } });
    return endpoint.node.metadata.map(({ data }) => String(data));
  };
  expect(warnings('registry.example.com/runtime:1')).toEqual([expect.stringContaining('not pinned')]);
  expect(warnings(`registry.example.com/runtime@sha256:${'b'.repeat(64)}`)).toEqual([]);
});
