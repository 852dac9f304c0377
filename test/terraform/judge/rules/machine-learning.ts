import type { Value } from '../value';
import { type Finding, json, occurrences, oneOf, pattern, type Rule, relation } from './rule';

const DOCS = 'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources';
const TEMPLATE = 'azurerm_resource_group_template_deployment';
const AUTOSCALE = 'azurerm_monitor_autoscale_setting';
const ARM = 'https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices';

interface ArmResource {
  readonly type?: string;
  readonly name?: string;
  readonly properties?: { readonly traffic?: Readonly<Record<string, number>> };
}

/** What Azure says of the resources in a template, once its references are known. */
const endpoints = relation({
  id: `${TEMPLATE}.online-endpoints`,
  types: [TEMPLATE],
  source: `${ARM}/workspaces/onlineendpoints`,
  check: (config) =>
    occurrences(config, ['template_content']).flatMap(({ path, value }) =>
      resourcesIn(value).flatMap((resource): Finding[] =>
        problemsOf(resource).map((message) => ({ path, message: `${resource.name}: ${message}` })),
      ),
    ),
  faults: [
    { template_content: template({ name: 'w/credit', properties: { traffic: { blue: 60 } } }) },
    { template_content: template({ name: 'w/-credit', properties: { traffic: {} } }) },
    { template_content: template({ name: 'credit', properties: { traffic: {} } }) },
  ],
  edges: [
    { template_content: template({ name: 'w/credit', properties: { traffic: {} } }) },
    { template_content: template({ name: 'w/credit', properties: { traffic: { blue: 100 } } }) },
  ],
});

function template(endpoint: ArmResource): string {
  const type = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints';
  return JSON.stringify({ $schema: 's', contentVersion: '1.0.0.0', resources: [{ type, ...endpoint }] });
}

function resourcesIn(value: Value): readonly ArmResource[] {
  if (typeof value !== 'string') return [];
  try {
    return (JSON.parse(value) as { resources?: ArmResource[] }).resources ?? [];
  } catch {
    return [];
  }
}

function problemsOf({ type = '', name = '', properties = {} }: ArmResource): string[] {
  const problems: string[] = [];
  if (name.split('/').length !== type.split('/').length - 1)
    problems.push('a part of the name for each type');
  if (!type.endsWith('/onlineEndpoints')) return problems;
  if (!/\/[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$/.test(name)) problems.push('not a name of an endpoint');
  const shares = Object.values(properties.traffic ?? {});
  const sum = shares.reduce((all, share) => all + share, 0);
  if (shares.length > 0 && sum !== 100) problems.push('traffic must sum to 100');
  return problems;
}

/** https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-understanding-settings */
const capacity = relation({
  id: `${AUTOSCALE}.capacity`,
  types: [AUTOSCALE],
  source: `${DOCS}/monitor_autoscale_setting#capacity`,
  check: (config) =>
    occurrences(config, ['profile', 'capacity']).flatMap(({ path, value }) => {
      const { minimum, maximum, default: usual } = value as Record<string, number>;
      const fits = minimum! <= usual! && usual! <= maximum!;
      return fits ? [] : [{ path, message: 'minimum, default and maximum must ascend' }];
    }),
  faults: [
    { 'profile.0.capacity.0.minimum': 11 },
    { 'profile.0.capacity.0.default': 11 },
    { 'profile.0.capacity.0.maximum': 1 },
  ],
  edges: [{ 'profile.0.capacity.0.maximum': 2 }],
});

const trigger = 'profile.rule.metric_trigger';

export const machineLearningRules: readonly Rule[] = [
  json({
    types: [TEMPLATE],
    argument: 'template_content',
    source: `${DOCS}/resource_group_template_deployment`,
  }),
  pattern(
    { types: [TEMPLATE], argument: 'name', source: `${DOCS}/resource_group_template_deployment#name` },
    /^[-\w._()]{1,64}$/,
    { good: ['a', 'a'.repeat(64)], bad: ['a'.repeat(65), 'a/b'] },
  ),
  oneOf(
    { types: [TEMPLATE], argument: 'deployment_mode', source: `${DOCS}/resource_group_template_deployment` },
    ['Incremental', 'Complete'],
  ),
  endpoints,
  oneOf(
    { types: [AUTOSCALE], argument: `${trigger}.operator`, source: `${DOCS}/monitor_autoscale_setting` },
    ['Equals', 'NotEquals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'],
  ),
  pattern(
    {
      types: [AUTOSCALE],
      argument: 'profile.rule.scale_action.cooldown',
      source: `${DOCS}/monitor_autoscale_setting#cooldown`,
    },
    /^P(\d+D)?(T(\d+H)?(\d+M)?)?$/,
    { good: ['PT1M', 'P7D'], bad: ['60', 'PT30S'] },
  ),
  capacity,
];
