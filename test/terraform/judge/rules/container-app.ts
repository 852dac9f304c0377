import { blocksOf, hasUnknown, type Value, type ValueObject } from '../value';
import {
  type ArgumentRule,
  type Finding,
  occurrences,
  oneOf,
  pattern,
  type Rule,
  range,
  relation,
} from './rule';

const PROVIDER =
  'https://github.com/hashicorp/terraform-provider-azurerm/blob/v4.55.0/internal/services/containerapps';
const HELPERS = `${PROVIDER}/helpers/container_apps.go`;
const VALIDATE = `${PROVIDER}/validate/validate.go`;
const RESOURCE = `${PROVIDER}/container_app_resource.go`;
const NAMES = 'https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules';
const TYPES = ['azurerm_container_app'];

const at = (argument: string, source = HELPERS): ArgumentRule => ({ types: TYPES, argument, source });

const probes = ['startup_probe', 'readiness_probe', 'liveness_probe'].flatMap((probe) => {
  const of = (argument: string) => at(`template.container.${probe}.${argument}`);
  return [
    oneOf(of('transport'), ['TCP', 'HTTP', 'HTTPS']),
    range(of('port'), 1, 65_535),
    range(of('initial_delay'), 0, 60),
    range(of('interval_seconds'), 1, 240),
    range(of('timeout'), 1, 240),
    range(of('failure_count_threshold'), 1, 30),
  ];
});

const trafficSum = relation({
  id: 'azurerm_container_app.traffic-sum',
  types: TYPES,
  // "The cumulative values for weight must equal 100 exactly and explicitly"
  source: 'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/container_app',
  check(config) {
    const found = occurrences(config, ['ingress', 'traffic_weight', 'percentage']);
    if (found.length === 0 || found.some(({ value }) => typeof value !== 'number')) return [];
    const sum = found.reduce((total, { value }) => total + (value as number), 0);
    return sum === 100 ? [] : [{ path: ['ingress'], message: `traffic weights must sum to 100; got ${sum}` }];
  },
  faults: [{ 'ingress.0.traffic_weight.0.percentage': 80 }],
});

const trafficTarget = relation({
  id: 'azurerm_container_app.traffic-target',
  types: TYPES,
  source: RESOURCE,
  check: (config) =>
    occurrences(config, ['ingress'])
      .flatMap(({ value }) => blocksOf((value as ValueObject)['traffic_weight']))
      .filter(
        (weight) => !hasUnknown(weight) && weight['latest_revision'] !== true && !weight['revision_suffix'],
      )
      .map(() => ({
        path: ['ingress'],
        message: 'each traffic weight needs latest_revision or revision_suffix',
      })),
  faults: [{ 'ingress.0.traffic_weight.1.revision_suffix': undefined }],
});

const replicas = relation({
  id: 'azurerm_container_app.replicas',
  types: TYPES,
  // "maxReplicas must not be less than minReplicas"
  source: 'https://github.com/MicrosoftDocs/azure-docs/issues/89742',
  check: (config) =>
    blocksOf(config['template']).flatMap(({ min_replicas: min, max_replicas: max }) =>
      typeof min === 'number' && typeof max === 'number' && min > max
        ? [{ path: ['template'], message: `min_replicas ${min} is above max_replicas ${max}` }]
        : [],
    ),
  faults: [{ 'template.0.min_replicas': 9, 'template.0.max_replicas': 8 }],
  edges: [{ 'template.0.min_replicas': 8, 'template.0.max_replicas': 8 }],
});

/** On the Consumption profile the containers of an app add up to n x (0.25 cores, 0.5 Gi), n to 16. */
const resources = relation({
  id: 'azurerm_container_app.cpu-memory',
  types: TYPES,
  source: 'https://learn.microsoft.com/azure/container-apps/containers#allocations',
  check(config) {
    const profile = config['workload_profile_name'] ?? 'Consumption';
    const containers = blocksOf(config['template']).flatMap((template) => blocksOf(template['container']));
    if (profile !== 'Consumption' || containers.some((c) => hasUnknown(c['cpu']) || hasUnknown(c['memory'])))
      return [];
    const cpu = containers.reduce((sum, container) => sum + Number(container['cpu']), 0);
    const memory = containers.reduce((sum, container) => sum + gibibytes(container['memory']), 0);
    const fits = Number.isInteger(cpu * 4) && cpu >= 0.25 && cpu <= 4 && memory === cpu * 2;
    const message = `containers of ${cpu} cores and ${memory} Gi: Consumption has n x (0.25 cores, 0.5 Gi), n 1..16`;
    return fits ? [] : [{ path: ['template'], message }];
  },
  faults: [
    { 'template.0.container.0.memory': '1Gi' },
    { 'template.0.container.0.cpu': 4.25, 'template.0.container.0.memory': '8.5Gi' },
    { 'template.0.container.0.cpu': 0.3, 'template.0.container.0.memory': '0.6Gi' },
  ],
  edges: [
    { 'template.0.container.0.cpu': 0.25, 'template.0.container.0.memory': '0.5Gi' },
    { 'template.0.container.0.cpu': 4, 'template.0.container.0.memory': '8Gi' },
    { workload_profile_name: 'D4', 'template.0.container.0.memory': '7Gi' },
  ],
});

const revisionName = relation({
  id: 'azurerm_container_app.revision-name',
  types: TYPES,
  // "must not be more than a combined 54 characters with the container app name"
  source: 'https://github.com/Azure/azure-quickstart-templates/issues/14660',
  check: (config) =>
    blocksOf(config['template']).flatMap(({ revision_suffix: suffix }) => {
      const revision = `${config['name']}--${suffix}`;
      const known = typeof suffix === 'string' && typeof config['name'] === 'string';
      return known && revision.length > 54
        ? [{ path: ['template'], message: `revision ${revision} is longer than 54 characters` }]
        : [];
    }),
  faults: [{ name: 'a'.repeat(32), 'template.0.revision_suffix': 'b'.repeat(21) }],
  edges: [{ name: 'a'.repeat(32), 'template.0.revision_suffix': 'b'.repeat(20) }],
});

const registryCredentials = relation({
  id: 'azurerm_container_app.registry',
  types: TYPES,
  source: `${HELPERS} (ValidateContainerAppRegistry)`,
  check: (config) =>
    blocksOf(config['registry']).flatMap((registry) => {
      const { identity, username, password_secret_name: password } = registry;
      if ([identity, username, password].some(hasUnknown)) return [];
      const byName = Boolean(username) && Boolean(password);
      const neither = !username && !password;
      return (identity ? neither : byName)
        ? []
        : [{ path: ['registry'], message: 'give identity, or username and password_secret_name' }];
    }),
  faults: [{ 'registry.0.username': 'robot' }, { 'registry.0.identity': undefined }],
});

const userAssigned = relation({
  id: 'azurerm_container_app.identity-ids',
  types: [...TYPES, 'azurerm_container_app_job'],
  source:
    'https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/container_app#identity',
  check: (config) =>
    blocksOf(config['identity']).flatMap(({ type, identity_ids: ids }) =>
      typeof type === 'string' && type.includes('UserAssigned') !== (ids !== null && !isEmpty(ids))
        ? [
            {
              path: ['identity'],
              message: 'identity_ids belong to a UserAssigned identity, and are required for it',
            },
          ]
        : [],
    ),
  faults: [{ 'identity.0.identity_ids': undefined }, { 'identity.0.type': 'SystemAssigned' }],
});

const references = relation({
  id: 'azurerm_container_app.references',
  types: TYPES,
  source: 'https://learn.microsoft.com/azure/templates/microsoft.app/containerapps',
  check: (config) => [
    ...missing(config, ['template', 'container', 'env', 'secret_name'], ['secret', 'name']),
    ...missing(config, ['template', 'container', 'volume_mounts', 'name'], ['template', 'volume', 'name']),
    ...missing(config, ['registry', 'password_secret_name'], ['secret', 'name']),
  ],
  faults: [
    { 'template.0.container.0.env.0.secret_name': 'nowhere' },
    { 'template.0.container.0.volume_mounts.0.name': 'nowhere' },
  ],
});

export const containerAppRules: readonly Rule[] = [
  pattern(at('name', NAMES), /^(?=.{2,32}$)(?!.*--)[a-z][a-z0-9-]*[a-z0-9]$/, {
    good: ['ab', 'credit-risk-2', 'a'.repeat(32)],
    bad: ['a', 'a'.repeat(33), 'a--b', 'Credit', '1st', 'ends-'],
  }),
  pattern(
    at('template.revision_suffix', 'https://github.com/Azure/azure-cli/issues/23934'),
    /^(?!.*--)[a-z]([a-z0-9-]*[a-z0-9])?$/,
    { good: ['r', 'r1-abc'], bad: ['1st', 'r--1', 'r-', 'R1', 'r.1'] },
  ),
  pattern(at('template.container.name', VALIDATE), /^[a-zA-Z0-9][a-zA-Z0-9.-]{0,254}[a-z]?$/, {
    good: ['server'],
    bad: ['-server', 'ser_ver'],
  }),
  pattern(at('secret.name', VALIDATE), /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, {
    good: ['api-key'],
    bad: ['api_key', 'API', '-key'],
  }),
  pattern(at('template.http_scale_rule.concurrent_requests', VALIDATE), /^\+?0*[1-9][0-9]*$/, {
    good: ['1', '50'],
    bad: ['0', '1.5', 'many'],
  }),
  oneOf(at('revision_mode', RESOURCE), ['Single', 'Multiple']),
  oneOf(at('ingress.transport'), ['auto', 'http', 'http2', 'tcp']),
  oneOf(at('ingress.client_certificate_mode'), ['accept', 'require', 'ignore']),
  oneOf(at('identity.type'), ['UserAssigned', 'SystemAssigned, UserAssigned', 'SystemAssigned']),
  oneOf(at('template.volume.storage_type'), ['EmptyDir', 'AzureFile', 'NfsAzureFile', 'Secret']),
  range(at('max_inactive_revisions', RESOURCE), 0, 100),
  range(at('ingress.target_port'), 1, 65_535),
  range(at('ingress.exposed_port'), 1, 65_535),
  range(at('template.min_replicas'), 0, 300),
  range(at('template.max_replicas'), 1, 300),
  range(at('template.termination_grace_period_seconds'), 0, 600),
  ...probes,
  range(at('template.container.readiness_probe.success_count_threshold'), 1, 10),
  trafficSum,
  trafficTarget,
  replicas,
  resources,
  revisionName,
  registryCredentials,
  userAssigned,
  references,
];

function gibibytes(memory: Value | undefined): number {
  const match = /^([0-9.]+)Gi$/.exec(String(memory));
  return match === null ? Number.NaN : Number(match[1]);
}

function isEmpty(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function missing(config: ValueObject, from: readonly string[], to: readonly string[]): Finding[] {
  const declared = occurrences(config, to).map(({ value }) => value);
  if (declared.some(hasUnknown)) return [];
  return occurrences(config, from)
    .filter(({ value }) => typeof value === 'string' && !declared.includes(value))
    .map(({ path, value }) => ({ path, message: `${JSON.stringify(value)} is no ${to.join('.')}` }));
}
