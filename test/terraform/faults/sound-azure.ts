import type { Sound } from './spoil';

const place = { resource_group_name: '${azurerm_resource_group.sound.name}', location: 'westeurope' };
const probe = { transport: 'HTTP', port: 8080, path: '/v2/health/ready', timeout: 1, interval_seconds: 5 };

const everyone = {
  match_variables: [{ variable_name: 'RemoteAddr' }],
  operator: 'IPMatch',
  negation_condition: true,
  match_values: ['255.255.255.255/32'],
};

const route = (name: string, priority: number) => ({
  ...{ name, priority, rule_type: 'Basic', http_listener_name: 'https' },
  ...{ backend_address_pool_name: 'app', backend_http_settings_name: 'https' },
});

/** A sound resource of each type that a rule is for, with every block a rule looks into. */
export const soundAzure: Sound = {
  azurerm_resource_group: { name: 'rg-models', location: 'westeurope' },
  azurerm_resource_group_template_deployment: {
    name: 'credit-risk-endpoint',
    resource_group_name: '${azurerm_resource_group.sound.name}',
    deployment_mode: 'Incremental',
    template_content: '{"$schema": "s", "contentVersion": "1.0.0.0", "resources": []}',
  },
  azurerm_monitor_autoscale_setting: {
    ...place,
    name: 'credit-risk',
    target_resource_id:
      '/subscriptions/0/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/e/deployments/d',
    profile: [
      {
        name: 'replicas',
        capacity: [{ default: 2, minimum: 2, maximum: 10 }],
        rule: [
          {
            metric_trigger: [
              {
                metric_name: 'CpuUtilizationPercentage',
                metric_resource_id:
                  '/subscriptions/0/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/e/deployments/d',
                operator: 'GreaterThan',
                statistic: 'Average',
                time_aggregation: 'Average',
                time_grain: 'PT1M',
                time_window: 'PT5M',
                threshold: 60,
              },
            ],
            scale_action: [{ direction: 'Increase', type: 'ChangeCount', value: 1, cooldown: 'PT1M' }],
          },
        ],
      },
    ],
  },
  azurerm_user_assigned_identity: { ...place, name: 'credit-risk' },
  azurerm_log_analytics_workspace: { ...place, name: 'logs', sku: 'PerGB2018', retention_in_days: 30 },
  azurerm_container_registry: { ...place, name: 'images', sku: 'Premium' },
  azurerm_storage_account: {
    ...place,
    name: 'models',
    account_tier: 'Standard',
    account_replication_type: 'ZRS',
    min_tls_version: 'TLS1_2',
  },
  azurerm_storage_container: {
    name: 'models',
    storage_account_id: '${azurerm_storage_account.sound.id}',
    container_access_type: 'private',
  },
  azurerm_storage_blob: {
    name: 'model.tar.gz',
    storage_account_name: '${azurerm_storage_account.sound.name}',
    storage_container_name: '${azurerm_storage_container.sound.name}',
    type: 'Block',
    source_content: 'model',
  },
  azurerm_role_assignment: {
    scope: '${azurerm_container_registry.sound.id}',
    role_definition_name: 'AcrPull',
    principal_id: '${azurerm_user_assigned_identity.sound.principal_id}',
    principal_type: 'ServicePrincipal',
  },
  azurerm_container_app_environment: { ...place, name: 'models' },
  azurerm_container_app: {
    name: 'credit-risk',
    resource_group_name: place.resource_group_name,
    container_app_environment_id: '${azurerm_container_app_environment.sound.id}',
    revision_mode: 'Multiple',
    max_inactive_revisions: 10,
    identity: [{ type: 'UserAssigned', identity_ids: ['${azurerm_user_assigned_identity.sound.id}'] }],
    registry: [
      {
        server: '${azurerm_container_registry.sound.login_server}',
        identity: '/subscriptions/0/identities/credit-risk',
      },
    ],
    secret: [{ name: 'api-key', value: 'not-a-secret' }],
    ingress: [
      {
        external_enabled: false,
        target_port: 8080,
        transport: 'auto',
        traffic_weight: [
          { latest_revision: true, percentage: 10 },
          { latest_revision: false, revision_suffix: 'r1', percentage: 90 },
        ],
      },
    ],
    template: [
      {
        revision_suffix: 'r2',
        min_replicas: 1,
        max_replicas: 10,
        termination_grace_period_seconds: 60,
        http_scale_rule: [{ name: 'http', concurrent_requests: '20' }],
        volume: [{ name: 'model', storage_type: 'EmptyDir' }],
        container: [
          {
            name: 'server',
            image: 'registry.example.com/inferstack/runtime:0.1.0',
            cpu: 1,
            memory: '2Gi',
            env: [{ name: 'API_KEY', secret_name: 'api-key' }],
            volume_mounts: [{ name: 'model', path: '/model' }],
            startup_probe: [probe],
            readiness_probe: [probe],
            liveness_probe: [probe],
          },
        ],
      },
    ],
  },
  azurerm_portal_dashboard: { ...place, name: 'credit-risk', dashboard_properties: '{"lenses": {}}' },
  azurerm_web_application_firewall_policy: {
    ...place,
    name: 'credit-risk',
    policy_settings: [{ mode: 'Prevention', file_upload_limit_in_mb: 100, max_request_body_size_in_kb: 128 }],
    custom_rules: [
      {
        ...{ name: 'Rate', priority: 100, rule_type: 'RateLimitRule', action: 'Block' },
        ...{ rate_limit_duration: 'OneMin', rate_limit_threshold: 100, group_rate_limit_by: 'ClientAddr' },
        match_conditions: [everyone],
      },
      {
        ...{ name: 'Match', priority: 20, rule_type: 'MatchRule', action: 'Block' },
        match_conditions: [everyone],
      },
      {
        ...{ name: 'Other', priority: 30, rule_type: 'MatchRule', action: 'Log' },
        match_conditions: [everyone],
      },
    ],
    managed_rules: [{ managed_rule_set: [{ type: 'OWASP', version: '3.2' }] }],
  },
  azurerm_application_gateway: {
    ...place,
    name: 'credit-risk',
    sku: [{ name: 'WAF_v2', tier: 'WAF_v2' }],
    autoscale_configuration: [{ min_capacity: 2, max_capacity: 10 }],
    firewall_policy_id: '${azurerm_web_application_firewall_policy.sound.id}',
    gateway_ip_configuration: [{ name: 'subnet', subnet_id: '/subscriptions/0/subnets/gateway' }],
    frontend_ip_configuration: [
      { name: 'public', public_ip_address_id: '/subscriptions/0/addresses/public' },
    ],
    frontend_port: [{ name: 'https', port: 443 }],
    ssl_certificate: [{ name: 'own', key_vault_secret_id: 'https://vault.example.com/secrets/own' }],
    http_listener: [
      {
        ...{ name: 'https', protocol: 'Https', ssl_certificate_name: 'own' },
        ...{ frontend_ip_configuration_name: 'public', frontend_port_name: 'https' },
      },
    ],
    backend_address_pool: [{ name: 'app', fqdns: ['credit-risk.internal.example.com'] }],
    backend_http_settings: [
      {
        ...{ name: 'https', protocol: 'Https', port: 443, cookie_based_affinity: 'Disabled' },
        ...{ request_timeout: 35, probe_name: 'ready' },
      },
    ],
    probe: [
      {
        ...{
          name: 'ready',
          protocol: 'Https',
          path: '/v2/health/ready',
          host: 'credit-risk.internal.example.com',
        },
        ...{ interval: 10, timeout: 10, unhealthy_threshold: 3 },
      },
    ],
    request_routing_rule: [route('first', 100), route('second', 200)],
  },
  azurerm_monitor_action_group: {
    name: 'operators',
    resource_group_name: place.resource_group_name,
    short_name: 'operators',
  },
  azurerm_monitor_metric_alert: {
    name: 'errors',
    resource_group_name: place.resource_group_name,
    scopes: ['${azurerm_container_app.sound.id}'],
    severity: 1,
    frequency: 'PT1M',
    window_size: 'PT5M',
    criteria: [
      {
        metric_namespace: 'Microsoft.App/containerapps',
        metric_name: 'Requests',
        aggregation: 'Total',
        operator: 'GreaterThan',
        threshold: 5,
      },
    ],
  },
  azurerm_monitor_scheduled_query_rules_alert_v2: {
    ...place,
    name: 'drift',
    scopes: ['${azurerm_log_analytics_workspace.sound.id}'],
    severity: 2,
    evaluation_frequency: 'PT5M',
    window_duration: 'PT15M',
    criteria: [
      {
        query: 'ContainerAppConsoleLogs_CL | where Log_s contains "drift"',
        time_aggregation_method: 'Count',
        operator: 'GreaterThan',
        threshold: 0,
        failing_periods: [{ minimum_failing_periods_to_trigger_alert: 1, number_of_evaluation_periods: 1 }],
      },
    ],
  },
};
