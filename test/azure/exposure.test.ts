import { Exposure, type KeyVaultCertificate } from 'inferstack/azure';
import {
  endpointIn,
  newStack,
  type Options,
  SUBSCRIPTION,
  synthesize,
  templateOf,
} from './support/synthesize';

const fromVault: KeyVaultCertificate = {
  keyVaultSecretId: 'https://vault.example.com/secrets/credit',
  keyVaultId: `${SUBSCRIPTION}/vaults/certificates`,
};
const zone = { name: 'example.com', resourceGroupName: 'dns' };
const withExposure = (exposure: Options['exposure'], options: Options = {}) =>
  synthesize({ exposure, ...options });
const environmentOf = (exposure: Options['exposure']) =>
  withExposure(exposure).find('container_app_environment');

test('by default the environment has no address on the internet, and its names resolve in the network', () => {
  const template = synthesize();
  expect(template.find('container_app_environment')).toMatchObject({
    internal_load_balancer_enabled: true,
    zone_redundancy_enabled: true,
    logs_destination: 'log-analytics',
    infrastructure_subnet_id: expect.stringContaining('azurerm_subnet'),
  });
  expect(template.find('subnet')).toMatchObject({
    address_prefixes: ['${cidrsubnet("10.64.0.0/23", 1, 0)}'],
    delegation: [{ service_delegation: { name: 'Microsoft.App/environments' } }],
  });
  const environment = /\$\{azurerm_container_app_environment\.\w+\.(\w+)\}/;
  expect(environment.exec(template.find('private_dns_zone')['name'])?.[1]).toBe('default_domain');
  const record = template.find('private_dns_a_record');
  expect(record['name']).toBe('*');
  expect(environment.exec(record['records'][0])?.[1]).toBe('static_ip_address');
  expect(template.types).not.toContain('public_ip');
});

test('a subnet of yours takes the place of the network', () => {
  const subnet = { id: `${SUBSCRIPTION}/subnets/apps`, virtualNetworkId: `${SUBSCRIPTION}/networks/n` };
  const template = synthesize({ network: { subnet, zoneRedundant: false } });
  expect(template.types).not.toContain('virtual_network');
  expect(template.find('container_app_environment')).toMatchObject({
    infrastructure_subnet_id: subnet.id,
    zone_redundancy_enabled: false,
  });
  const link = template.find('private_dns_zone_virtual_network_link');
  expect(link['virtual_network_id']).toBe(subnet.virtualNetworkId);
});

test('the internet is asked for', () => {
  const template = withExposure(Exposure.internet({ allowFrom: ['203.0.113.0/24', '198.51.100.7'] }));
  expect(template.find('container_app_environment')['internal_load_balancer_enabled']).toBe(false);
  expect(template.types).not.toContain('private_dns_zone');
  expect(template.find('container_app')['ingress']).toMatchObject({
    allow_insecure_connections: false,
    ip_security_restriction: [
      { name: 'allow-1', action: 'Allow', ip_address_range: '203.0.113.0/24' },
      { name: 'allow-2', action: 'Allow', ip_address_range: '198.51.100.7' },
    ],
  });
});

test('for apps of the environment alone', () => {
  const template = withExposure(Exposure.environment());
  expect(template.find('container_app')['ingress']['external_enabled']).toBe(false);
  expect(environmentOf(Exposure.environment())['internal_load_balancer_enabled']).toBe(true);
});

test('the address is an output', () => {
  const { json } = synthesize();
  expect(Object.values(json['output'])).toEqual([
    {
      description: 'Address of Serving/Endpoint',
      value: expect.stringMatching(/^https:\/\/\$\{azurerm_container_app\.\w+\.ingress\[0\]\.fqdn\}$/),
    },
  ]);
});

test('a name of your own with a certificate from a key vault, which the replicas cannot read', () => {
  const exposure = Exposure.internet({
    domain: { name: 'credit.example.com', certificate: fromVault, zone },
  });
  const stack = newStack();
  const { native } = endpointIn(stack, { exposure });
  const template = templateOf(stack);
  expect(native.url).toBe('https://credit.example.com');
  const reader = /azurerm_user_assigned_identity\.Endpoint_CertificateReader_\w+\.id/;
  expect(template.find('container_app_environment')['identity'].identity_ids[0]).toMatch(reader);
  expect(template.find('container_app_environment_certificate')).toMatchObject({
    certificate_key_vault: {
      key_vault_secret_id: fromVault.keyVaultSecretId,
      identity: expect.stringMatching(reader),
    },
    depends_on: [expect.stringContaining('ReadCertificate')],
  });
  expect(template.all('role_assignment')['ReadCertificate']).toMatchObject({
    role_definition_name: 'Key Vault Secrets User',
    scope: fromVault.keyVaultId,
    principal_id: expect.stringContaining('CertificateReader'),
  });
  expect(JSON.stringify(template.find('container_app')['identity'])).not.toContain('CertificateReader');
  expect(template.find('container_app_custom_domain')).toMatchObject({
    name: 'credit.example.com',
    certificate_binding_type: 'SniEnabled',
    depends_on: [expect.stringContaining('DomainProof'), expect.stringContaining('DomainAddress')],
  });
  expect(template.find('dns_txt_record')).toMatchObject({
    name: 'asuid.${trimsuffix("credit.example.com", ".example.com")}',
    record: [{ value: expect.stringContaining('custom_domain_verification_id') }],
  });
  expect(template.find('dns_cname_record')).toMatchObject({ record: expect.stringContaining('fqdn') });
});

test('a name of your own with a certificate that is there: no records, no identity', () => {
  const certificate = { environmentCertificateId: `${SUBSCRIPTION}/certificates/c` };
  const template = withExposure(Exposure.private({ domain: { name: 'credit.example.com', certificate } }));
  expect(template.find('container_app_custom_domain')).toMatchObject({
    container_app_environment_certificate_id: certificate.environmentCertificateId,
  });
  expect(template.types.filter((type) => type.startsWith('dns_'))).toEqual([]);
  expect(Object.keys(template.all('user_assigned_identity'))).toEqual(['Identity']);
});

describe('a web application firewall', () => {
  const options = { hostName: 'credit.example.com', certificate: fromVault };
  const template = withExposure(
    Exposure.webFirewall({ ...options, zone, allowFrom: ['203.0.113.0/24'], requestsPerMinute: 600 }),
  );

  test('stands before an environment without an address, and nobody goes round it', () => {
    expect(template.find('container_app_environment')).toMatchObject({
      internal_load_balancer_enabled: true,
    });
    const [only, ...others] = template.find('container_app')['ingress'].ip_security_restriction;
    expect(others).toEqual([]);
    const range = '${cidrsubnet("10.64.0.0/23", 2, 2)}';
    expect(only).toEqual({ name: 'allow-1', action: 'Allow', ip_address_range: range });
    expect(template.all('subnet')['GatewaySubnet']!['address_prefixes']).toEqual([range]);
  });

  test('ends TLS with your certificate and starts it anew', () => {
    const gateway = template.find('application_gateway');
    expect(gateway).toMatchObject({
      sku: { name: 'WAF_v2', tier: 'WAF_v2' },
      firewall_policy_id: expect.stringContaining('azurerm_web_application_firewall_policy'),
      ssl_policy: { policy_name: 'AppGwSslPolicy20220101S' },
      ssl_certificate: [{ key_vault_secret_id: fromVault.keyVaultSecretId }],
      http_listener: [{ protocol: 'Https', host_name: 'credit.example.com' }],
      backend_http_settings: [
        { protocol: 'Https', port: 443, pick_host_name_from_backend_address: true, request_timeout: 35 },
      ],
      probe: [{ protocol: 'Https', path: '/v2/health/ready' }],
      zones: ['1', '2', '3'],
    });
    expect(gateway['frontend_port']).toEqual([{ name: 'https', port: 443 }]);
    expect(gateway['depends_on'].map((need: string) => need.split('_')[1])).toEqual([
      'role',
      'private',
      'private',
    ]);
  });

  test('every part a rule refers to exists', () => {
    const gateway = template.find('application_gateway');
    const names = (part: string) => gateway[part].map(({ name }: { name: string }) => name);
    const [rule] = gateway['request_routing_rule'];
    expect(names('http_listener')).toContain(rule.http_listener_name);
    expect(names('backend_address_pool')).toContain(rule.backend_address_pool_name);
    expect(names('backend_http_settings')).toContain(rule.backend_http_settings_name);
    const [listener] = gateway['http_listener'];
    expect(names('frontend_ip_configuration')).toContain(listener.frontend_ip_configuration_name);
    expect(names('frontend_port')).toContain(listener.frontend_port_name);
    expect(names('ssl_certificate')).toContain(listener.ssl_certificate_name);
    expect(names('probe')).toContain(gateway['backend_http_settings'][0].probe_name);
  });

  test('refuses others than the addresses given, and too many requests of one', () => {
    const policy = template.find('web_application_firewall_policy');
    expect(policy['policy_settings']).toMatchObject({
      enabled: true,
      mode: 'Prevention',
      request_body_check: true,
    });
    expect(policy['custom_rules']).toMatchObject([
      {
        action: 'Block',
        rule_type: 'MatchRule',
        match_conditions: [{ negation_condition: true, match_values: ['203.0.113.0/24'] }],
      },
      {
        action: 'Block',
        rule_type: 'RateLimitRule',
        rate_limit_threshold: 600,
        group_rate_limit_by: 'ClientAddr',
      },
    ]);
  });

  test('only its own identity reads the certificate, and its log goes to the workspace', () => {
    expect(template.find('application_gateway')['identity'].identity_ids[0]).toContain('CertificateReader');
    expect(template.find('container_app_environment')['identity']).toBeUndefined();
    expect(template.find('monitor_diagnostic_setting')).toMatchObject({
      log_analytics_workspace_id: expect.stringContaining('azurerm_log_analytics_workspace'),
      enabled_log: [
        { category: 'ApplicationGatewayAccessLog' },
        { category: 'ApplicationGatewayFirewallLog' },
      ],
    });
    expect(template.find('dns_a_record')['target_resource_id']).toContain('azurerm_public_ip');
  });

  test('plain: no rules of yours, no record; detection on request; in a subnet of yours', () => {
    const plain = withExposure(Exposure.webFirewall({ ...options, mode: 'detection', maxCapacity: 3 }));
    const policy = plain.find('web_application_firewall_policy');
    expect(policy['custom_rules']).toBeUndefined();
    expect(policy['policy_settings'].mode).toBe('Detection');
    expect(plain.find('application_gateway')['autoscale_configuration']).toEqual({
      min_capacity: 2,
      max_capacity: 3,
    });
    expect(plain.types).not.toContain('dns_a_record');
    const gatewaySubnet = { id: `${SUBSCRIPTION}/subnets/gateway`, addressPrefix: '10.1.2.0/26' };
    const subnet = { id: `${SUBSCRIPTION}/subnets/apps`, virtualNetworkId: `${SUBSCRIPTION}/networks/n` };
    const yours = withExposure(Exposure.webFirewall({ ...options, gatewaySubnet }), { network: { subnet } });
    expect(yours.types).not.toContain('subnet');
    expect(yours.find('application_gateway')['gateway_ip_configuration'][0].subnet_id).toBe(gatewaySubnet.id);
    expect(yours.find('container_app')['ingress'].ip_security_restriction[0].ip_address_range).toBe(
      '10.1.2.0/26',
    );
  });
});
