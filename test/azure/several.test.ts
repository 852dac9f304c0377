import { Exposure } from 'inferstack/azure';
import { endpointIn, newStack, type Options, type Resource, templateOf } from './support/synthesize';

const fromVault = {
  keyVaultSecretId: 'https://vault.example.com/secrets/c',
  keyVaultId: '/subscriptions/0/v',
};
const everything = (host: string): Options => ({
  exposure: Exposure.webFirewall({
    hostName: `${host}.example.com`,
    certificate: fromVault,
    zone: { name: 'example.com', resourceGroupName: 'dns' },
  }),
  registry: { id: '/subscriptions/0/r', loginServer: 'registry.example.com' },
  alerts: { emails: ['on-call@example.com'] },
});
const group = { id: '/subscriptions/0/resourceGroups/shared', name: 'shared', location: 'westeurope' };

/** Names that lie inside a resource of the endpoint, or that Terraform alone knows. */
const INSIDE = [
  'storage_container',
  'storage_blob',
  'subnet',
  'private_dns_a_record',
  'monitor_diagnostic_setting',
];

test('two endpoints of one group share no name', () => {
  const stack = newStack();
  endpointIn(stack, { ...everything('one'), resourceGroup: group }, {}, 'One');
  endpointIn(stack, { ...everything('two'), resourceGroup: group }, {}, 'Two');
  const template = templateOf(stack);
  const types = template.types.filter((type) => !INSIDE.includes(type) && type !== 'role_assignment');
  expect(types.length).toBeGreaterThan(14);
  for (const type of types) {
    const names = Object.values(template.all(type)).map(({ name }) => name);
    expect([type, names.length % 2, new Set(names).size]).toEqual([type, 0, names.length]);
  }
});

test('the longest name fits everywhere', () => {
  const stack = newStack();
  endpointIn(stack, { ...everything('one'), name: 'a'.repeat(32) });
  const template = templateOf(stack);
  const longest: Record<string, number> = {
    container_app: 32,
    container_app_environment: 60,
    log_analytics_workspace: 63,
    monitor_action_group: 260,
    portal_dashboard: 160,
    resource_group: 90,
    user_assigned_identity: 128,
    virtual_network: 64,
    web_application_firewall_policy: 128,
    application_gateway: 80,
    public_ip: 80,
  };
  for (const [type, length] of Object.entries(longest)) {
    for (const { name } of Object.values(template.all(type))) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
      expect(name.length).toBeLessThanOrEqual(length);
    }
  }
  expect(template.find('monitor_action_group')['short_name'].length).toBeLessThanOrEqual(12);
});

test('the same program gives the same output', () => {
  const once = () => {
    const stack = newStack();
    endpointIn(stack, everything('one'));
    return JSON.stringify(templateOf(stack).json);
  };
  expect(once()).toBe(once());
});

test('ids are a contract: another one replaces the resource', () => {
  const stack = newStack();
  endpointIn(stack, everything('one'));
  const ids = Object.entries(templateOf(stack).json['resource'] as Record<string, Resource>).flatMap(
    ([type, resources]) =>
      Object.keys(resources).map((id) => `${type}.${id.replace(/Model[0-9a-f]{16}_.*/, 'Model<digest>')}`),
  );
  expect(ids.sort()).toMatchSnapshot();
});
