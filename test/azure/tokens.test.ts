import { ContainerRegistry } from '@cdktf/provider-azurerm/lib/container-registry';
import { DataAzurermContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/data-azurerm-container-app-environment';
import { DnsZone } from '@cdktf/provider-azurerm/lib/dns-zone';
import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { Subnet } from '@cdktf/provider-azurerm/lib/subnet';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import { type TerraformStack, TerraformVariable } from 'cdktf';
import { RuntimeImage } from 'inferstack';
import { Exposure } from 'inferstack/azure';
import { bindPlan, endpointIn, newStack, planOf, templateOf } from './support/synthesize';

const text = (stack: TerraformStack, id: string): string =>
  new TerraformVariable(stack, id, { type: 'string' }).stringValue;

/** Resources of one's own, as one would write them beside the endpoint. */
function own(stack: TerraformStack) {
  const resourceGroup = new ResourceGroup(stack, 'Group', { name: 'mine', location: text(stack, 'region') });
  const placed = { resourceGroupName: resourceGroup.name, location: resourceGroup.location };
  const net = new VirtualNetwork(stack, 'Net', { ...placed, name: 'net', addressSpace: ['10.0.0.0/16'] });
  const subnet = new Subnet(stack, 'Apps', {
    resourceGroupName: resourceGroup.name,
    virtualNetworkName: net.name,
    name: 'apps',
    addressPrefixes: ['10.0.0.0/24'],
  });
  return {
    resourceGroup,
    registry: new ContainerRegistry(stack, 'Images', { ...placed, name: 'images', sku: 'Premium' }),
    identity: new UserAssignedIdentity(stack, 'Mine', { ...placed, name: 'mine' }),
    workspace: new LogAnalyticsWorkspace(stack, 'Logs', { ...placed, name: 'logs', retentionInDays: 30 }),
    network: { subnet: { id: subnet.id, virtualNetworkId: net.id } },
    vault: new KeyVault(stack, 'Vault', {
      ...placed,
      name: 'vault',
      skuName: 'standard',
      tenantId: 'tenant',
    }),
    zone: new DnsZone(stack, 'Zone', { name: 'example.com', resourceGroupName: resourceGroup.name }),
  };
}

test('resources of yours and what is known only at deployment work in every option', () => {
  const stack = newStack();
  const { vault, zone, ...options } = own(stack);
  endpointIn(
    stack,
    {
      ...options,
      location: undefined,
      exposure: Exposure.private({
        allowFrom: [text(stack, 'client')],
        domain: {
          name: text(stack, 'domain'),
          certificate: { keyVaultSecretId: text(stack, 'secret'), keyVaultId: vault.id },
          zone,
        },
      }),
      modelStorage: { allowFrom: [text(stack, 'deployer')] },
      alerts: { emails: [text(stack, 'mail')], actionGroupIds: [text(stack, 'actions')] },
      tags: { team: text(stack, 'team') },
    },
    {
      monitoring: { runbookUrl: text(stack, 'runbook') },
      runtime: {
        image: RuntimeImage.fromRegistry(`${options.registry.loginServer}/${text(stack, 'image')}`),
      },
    },
  );
  const template = templateOf(stack);
  const json = JSON.stringify(template.json);
  expect(json).not.toMatch(/TfToken|TOKEN/);
  for (const name of Object.keys(template.json['variable'])) expect(json).toContain(`var.${name}`);
  const app = template.find('container_app');
  expect(app['template'].container[0].image).toBe(
    '${azurerm_container_registry.Images.login_server}/${var.image}',
  );
  expect(app['resource_group_name']).toBe('${azurerm_resource_group.Group.name}');
  expect(template.find('dns_cname_record')).toMatchObject({
    zone_name: '${azurerm_dns_zone.Zone.name}',
    name: '${trimsuffix(var.domain, ".${azurerm_dns_zone.Zone.name}")}',
  });
});

test('an environment found by a data source', () => {
  const stack = newStack();
  const environment = new DataAzurermContainerAppEnvironment(stack, 'Shared', {
    name: 'shared',
    resourceGroupName: 'shared',
  });
  const workspace = { id: text(stack, 'workspace'), retentionInDays: 30 };
  endpointIn(stack, { environment: { id: environment.id, internal: true }, workspace });
  expect(templateOf(stack).find('container_app')['container_app_environment_id']).toBe(
    '${data.azurerm_container_app_environment.Shared.id}',
  );
});

test('what looks like a template of Terraform reaches the resource as it is', () => {
  const plan = planOf();
  const name = 'a${file("/etc/passwd")}%{if true}b%{endif}';
  const manifest = { ...plan.models[0].manifest, name, version: '${1}' };
  const monitoring = { ...plan.monitoring, runbookUrl: 'https://a.example.com/${path.cwd}' };
  const { json } = bindPlan(
    { ...plan, models: [{ ...plan.models[0], manifest }] as const, monitoring },
    { tags: { 'a${1}': 'b${2}' }, alerts: { emails: ['${3}@example.com'] } },
  );
  const { '//': _, terraform: __, ...others } = json;
  const output = JSON.stringify(others);
  expect(output).toContain('a$${file(');
  expect(output).toContain('/$${path.cwd}');
  expect(output).toContain('"a$${1}":"b$${2}"');
  // Nothing but references to resources and functions of ours is left alive.
  const alive = [...output.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, expression]) => expression!);
  expect(alive.length).toBeGreaterThan(20);
  for (const expression of alive) {
    expect(expression).toMatch(/^azurerm_[a-z0-9_]+\.|^(cidrsubnet|substr)\(/);
  }
  expect(output).not.toMatch(/(?<!%)%\{/);
});
