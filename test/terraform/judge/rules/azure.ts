import { blocksOf, hasUnknown } from '../value';
import { type ArgumentRule, json, oneOf, pattern, type Rule, range, relation } from './rule';

const DOCS = 'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources';
const NAMES = 'https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules';

const METRIC_ALERT = 'azurerm_monitor_metric_alert';
const QUERY_ALERT = 'azurerm_monitor_scheduled_query_rules_alert_v2';

/** An argument whose limits its page in the registry tells. */
function documented(type: string, argument: string): ArgumentRule {
  return {
    types: [type],
    argument,
    source: `${DOCS}/${type.slice('azurerm_'.length)}#${argument.split('.').at(-1)}`,
  };
}

function named(...types: string[]): ArgumentRule {
  return { types, argument: 'name', source: NAMES };
}

const names: readonly Rule[] = [
  pattern(named('azurerm_storage_account'), /^[a-z0-9]{3,24}$/, {
    good: ['abc', 'a'.repeat(24)],
    bad: ['ab', 'a'.repeat(25), 'with-dash', 'Upper'],
  }),
  pattern(named('azurerm_storage_container'), /^(?=.{3,63}$)(?!.*--)[a-z0-9][a-z0-9-]*[a-z0-9]$/, {
    good: ['models', 'a'.repeat(63)],
    bad: ['ab', 'a'.repeat(64), 'Models', 'mo--dels', 'models-'],
  }),
  pattern(named('azurerm_user_assigned_identity'), /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/, {
    good: ['abc', 'a'.repeat(128)],
    bad: ['ab', 'a'.repeat(129), '-abc', 'a.b.c'],
  }),
  pattern(named('azurerm_log_analytics_workspace'), /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/, {
    good: ['logs', 'a'.repeat(63)],
    bad: ['log', 'a'.repeat(64), '-logs', 'logs-', 'lo_gs'],
  }),
  pattern(named('azurerm_container_registry'), /^[a-zA-Z0-9]{5,50}$/, {
    good: ['image', 'a'.repeat(50)],
    bad: ['imag', 'a'.repeat(51), 'my-images'],
  }),
  pattern(named('azurerm_container_app_environment'), /^(?=.{1,60}$)[a-zA-Z][a-zA-Z0-9-]*(?<!-)$/, {
    good: ['models', 'a'.repeat(60)],
    bad: ['1models', 'models-', 'a'.repeat(61)],
  }),
  pattern(named('azurerm_resource_group'), /^[\p{L}\p{N}._()-]{0,89}[\p{L}\p{N}_()-]$/u, {
    good: ['rg', 'a'.repeat(90)],
    bad: ['rg.', 'a'.repeat(91), 'r g'],
  }),
];

const words: readonly Rule[] = [
  oneOf(documented('azurerm_storage_account', 'account_tier'), ['Standard', 'Premium']),
  oneOf(documented('azurerm_storage_account', 'account_replication_type'), [
    'LRS',
    'GRS',
    'RAGRS',
    'ZRS',
    'GZRS',
    'RAGZRS',
  ]),
  oneOf(documented('azurerm_storage_account', 'min_tls_version'), ['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3']),
  oneOf(documented('azurerm_storage_container', 'container_access_type'), ['blob', 'container', 'private']),
  oneOf(documented('azurerm_storage_blob', 'type'), ['Append', 'Block', 'Page']),
  oneOf(documented('azurerm_container_registry', 'sku'), ['Basic', 'Standard', 'Premium']),
  oneOf(documented('azurerm_role_assignment', 'principal_type'), ['User', 'Group', 'ServicePrincipal']),
  oneOf(documented(METRIC_ALERT, 'frequency'), ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H']),
  oneOf(documented(METRIC_ALERT, 'window_size'), [
    'PT1M',
    'PT5M',
    'PT15M',
    'PT30M',
    'PT1H',
    'PT6H',
    'PT12H',
    'P1D',
  ]),
  oneOf(documented(METRIC_ALERT, 'criteria.aggregation'), [
    'Average',
    'Count',
    'Minimum',
    'Maximum',
    'Total',
  ]),
  oneOf(documented(METRIC_ALERT, 'criteria.operator'), [
    'Equals',
    'GreaterThan',
    'GreaterThanOrEqual',
    'LessThan',
    'LessThanOrEqual',
  ]),
  oneOf(documented(QUERY_ALERT, 'criteria.operator'), [
    'Equal',
    'GreaterThan',
    'GreaterThanOrEqual',
    'LessThan',
    'LessThanOrEqual',
  ]),
  pattern(documented(QUERY_ALERT, 'evaluation_frequency'), /^(PT(1|5|10|15|30|45)M|PT[1-6]H|P1D)$/, {
    good: ['PT1M', 'PT45M', 'P1D'],
    bad: ['PT2M', 'P2D', '5m'],
  }),
  pattern(documented(QUERY_ALERT, 'window_duration'), /^(PT(1|5|10|15|30|45)M|PT[1-6]H|P[12]D)$/, {
    good: ['PT5M', 'P2D'],
    bad: ['PT2M', 'P3D'],
  }),
];

const limits: readonly Rule[] = [
  json(documented('azurerm_portal_dashboard', 'dashboard_properties')),
  range(documented(METRIC_ALERT, 'severity'), 0, 4),
  range(documented(QUERY_ALERT, 'severity'), 0, 4),
  range(documented(QUERY_ALERT, 'criteria.failing_periods.number_of_evaluation_periods'), 1, 6),
  pattern(documented('azurerm_monitor_action_group', 'short_name'), /^.{1,12}$/, {
    good: ['ops', 'a'.repeat(12)],
    bad: ['', 'a'.repeat(13)],
  }),
];

const retention = relation({
  id: 'azurerm_log_analytics_workspace.retention',
  types: ['azurerm_log_analytics_workspace'],
  source: `${DOCS}/log_analytics_workspace#retention_in_days`,
  check: ({ retention_in_days: days }) =>
    typeof days === 'number' && days !== 7 && (days < 30 || days > 730)
      ? [{ path: ['retention_in_days'], message: `retention_in_days must be 7 or 30..730; got ${days}` }]
      : [],
  faults: [{ retention_in_days: 29 }, { retention_in_days: 731 }],
  edges: [{ retention_in_days: 30 }, { retention_in_days: 730 }],
});

const role = relation({
  id: 'azurerm_role_assignment.role',
  types: ['azurerm_role_assignment'],
  source: `${DOCS}/role_assignment`,
  check: ({ role_definition_id: id, role_definition_name: name }) =>
    !hasUnknown(id) && !hasUnknown(name) && (id === null) === (name === null)
      ? [{ path: [], message: 'give exactly one of role_definition_id and role_definition_name' }]
      : [],
  faults: [
    { role_definition_name: undefined },
    { role_definition_id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' },
  ],
});

const measure = relation({
  id: `${QUERY_ALERT}.measure`,
  types: [QUERY_ALERT],
  source: `${DOCS}/monitor_scheduled_query_rules_alert_v2#metric_measure_column`,
  check: (config) =>
    blocksOf(config['criteria']).flatMap(
      ({ time_aggregation_method: method, metric_measure_column: column }) =>
        typeof method === 'string' && !hasUnknown(column) && (method === 'Count') !== (column === null)
          ? [{ path: ['criteria'], message: 'metric_measure_column goes with every aggregation but Count' }]
          : [],
    ),
  faults: [{ 'criteria.0.time_aggregation_method': 'Average' }, { 'criteria.0.metric_measure_column': 'n' }],
});

const lookBack = relation({
  id: `${METRIC_ALERT}.window`,
  types: [METRIC_ALERT],
  source: `${DOCS}/monitor_metric_alert#window_size`,
  check: ({ frequency, window_size: window }) =>
    minutes(window ?? 'PT5M') < minutes(frequency ?? 'PT1M')
      ? [
          {
            path: ['window_size'],
            message: `window_size ${String(window)} is below frequency ${String(frequency)}`,
          },
        ]
      : [],
  faults: [{ frequency: 'PT15M', window_size: 'PT5M' }],
});

/** The provider says so itself, not its schema. */
const features = relation({
  id: 'azurerm.features',
  types: ['azurerm'],
  source: 'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs#features',
  check: ({ features: block }) =>
    blocksOf(block).length === 1
      ? []
      : [{ path: ['features'], message: 'exactly one features block is required' }],
  faults: [{ features: undefined }],
});

export const azureRules: readonly Rule[] = [
  ...names,
  ...words,
  ...limits,
  retention,
  role,
  measure,
  lookBack,
  features,
];

/** Of an ISO 8601 duration in one unit; NaN, which compares with nothing, when it is not known. */
function minutes(duration: unknown): number {
  const match = /^P(?:T(\d+)([MH])|(\d+)D)$/.exec(String(duration));
  if (match === null) return Number.NaN;
  const [, amount, unit, days] = match;
  return days === undefined ? Number(amount) * (unit === 'H' ? 60 : 1) : Number(days) * 1440;
}
