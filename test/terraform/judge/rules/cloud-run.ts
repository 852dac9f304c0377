import { blocksOf, hasUnknown, isObject, type Value, type ValueObject } from '../value';
import { type ArgumentRule, type Finding, occurrences, pattern, type Rule, range, relation } from './rule';

const DOCS =
  'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/cloud_run_v2_service';
const HEALTH = 'https://cloud.google.com/run/docs/configuring/healthchecks';
const CPU = 'https://cloud.google.com/run/docs/configuring/services/cpu';
const MEMORY = 'https://cloud.google.com/run/docs/configuring/services/memory-limits';
const TYPES = ['google_cloud_run_v2_service'];

const at = (argument: string, source = DOCS): ArgumentRule => ({ types: TYPES, argument, source });

const probes = (['startup_probe', 'liveness_probe'] as const).flatMap((probe) => {
  const most = probe === 'startup_probe' ? 240 : 3600;
  const of = (argument: string) => at(`template.containers.${probe}.${argument}`, HEALTH);
  return [
    range(of('initial_delay_seconds'), 0, most),
    range(of('period_seconds'), 1, most),
    range(of('timeout_seconds'), 1, most),
  ];
});

const probeTimes = relation({
  id: 'google_cloud_run_v2_service.probe-times',
  types: TYPES,
  source: HEALTH,
  check: (config) =>
    containersOf(config).flatMap((container) => [
      ...blocksOf(container['startup_probe']).flatMap((probe) => [...patience(probe), ...timeout(probe)]),
      ...blocksOf(container['liveness_probe']).flatMap(timeout),
    ]),
  faults: [
    startup({ period_seconds: 10, failure_threshold: 25 }),
    startup({ period_seconds: 5, timeout_seconds: 6 }),
  ],
  edges: [startup({ period_seconds: 10, failure_threshold: 24, timeout_seconds: 10 })],
});

const trafficSum = relation({
  id: 'google_cloud_run_v2_service.traffic-sum',
  types: TYPES,
  source: 'https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration',
  check(config) {
    const targets = blocksOf(config['traffic']);
    if (targets.length === 0 || targets.some(({ percent }) => hasUnknown(percent))) return [];
    const sum = targets.reduce((total, { percent }) => total + Number(percent ?? 0), 0);
    return sum === 100
      ? []
      : [{ path: ['traffic'], message: `traffic percents must sum to 100; got ${sum}` }];
  },
  faults: [{ 'traffic.0.percent': 80 }],
});

const trafficTarget = relation({
  id: 'google_cloud_run_v2_service.traffic-target',
  types: TYPES,
  source: `${DOCS}#nested_traffic`,
  check: (config) =>
    blocksOf(config['traffic'])
      .filter(({ type, revision }) => typeof type === 'string' && !hasUnknown(revision))
      .filter(
        ({ type, revision }) => (type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION') !== Boolean(revision),
      )
      .map(() => ({
        path: ['traffic'],
        message: 'revision goes with traffic to a revision, and only with it',
      })),
  faults: [{ 'traffic.0.revision': undefined }],
});

const revisionName = relation({
  id: 'google_cloud_run_v2_service.revision-name',
  types: TYPES,
  // "The revision name must be prefixed by the name of the enclosing Service with a trailing -"
  source: 'https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services#ServiceSpec',
  check: (config) =>
    occurrences(config, ['template', 'revision'])
      .filter(({ value }) => typeof value === 'string' && typeof config['name'] === 'string')
      .filter(({ value }) => {
        const revision = value as string;
        const prefix = `${String(config['name'])}-`;
        return !revision.startsWith(prefix) || !/^[a-z0-9-]{1,63}(?<!-)$/.test(revision);
      })
      .map(({ path, value }) => ({
        path,
        message: `revision ${String(value)} must begin with the service's name and "-", in 63 characters at most`,
      })),
  faults: [{ 'template.0.revision': 'other-1' }, { 'template.0.revision': `credit-risk-${'a'.repeat(52)}` }],
  edges: [{ 'template.0.revision': `credit-risk-${'a'.repeat(51)}` }],
});

const scaling = relation({
  id: 'google_cloud_run_v2_service.scaling',
  types: TYPES,
  source: 'https://cloud.google.com/run/docs/configuring/max-instances',
  check: (config) =>
    occurrences(config, ['template', 'scaling']).flatMap(({ path, value }) => {
      const { min_instance_count: min, max_instance_count: max } = value as ValueObject;
      return typeof min === 'number' && typeof max === 'number' && min > max
        ? [{ path, message: `min_instance_count ${min} is above max_instance_count ${max}` }]
        : [];
    }),
  faults: [scale({ min_instance_count: 9, max_instance_count: 8 })],
  edges: [scale({ min_instance_count: 8, max_instance_count: 8 })],
});

const resources = relation({
  id: 'google_cloud_run_v2_service.cpu-memory',
  types: TYPES,
  source: `${CPU} and ${MEMORY}`,
  check: (config) => {
    const concurrency = occurrences(config, ['template', 'max_instance_request_concurrency'])[0]?.value;
    return containersOf(config).flatMap((container) =>
      occurrences(container, ['resources', 'limits']).flatMap(({ path, value }) =>
        limitProblems(value, concurrency).map((message) => ({ path, message })),
      ),
    );
  },
  faults: [
    limits('3', '4Gi'),
    limits('10', '16Gi'),
    limits('4', '1Gi'),
    limits('8', '2Gi'),
    limits('1', '5Gi'),
    limits('8', '33Gi'),
    limits('500m', '512Mi'),
  ],
  edges: [
    limits('1', '4Gi'),
    limits('2', '8Gi'),
    limits('4', '2Gi'),
    limits('8', '32Gi'),
    limits('1000m', '128Mi'),
  ],
});

const volumes = relation({
  id: 'google_cloud_run_v2_service.volumes',
  types: TYPES,
  source: `${DOCS}#nested_volume_mounts`,
  check(config) {
    const declared = occurrences(config, ['template', 'volumes', 'name']).map(({ value }) => value);
    return occurrences(config, ['template', 'containers', 'volume_mounts', 'name'])
      .filter(({ value }) => typeof value === 'string' && !declared.includes(value))
      .map(({ path, value }) => ({ path, message: `${String(value)} is no volume` }));
  },
  faults: [{ 'template.0.containers.0.volume_mounts.0.name': 'nowhere' }],
});

export const cloudRunRules: readonly Rule[] = [
  pattern(at('name', 'https://github.com/pulumi/pulumi-gcp/pull/3167'), /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/, {
    good: ['credit-risk'],
    bad: ['a'.repeat(50), 'Credit', '1st', 'ends-'],
  }),
  pattern(
    at('template.timeout', 'https://cloud.google.com/run/docs/configuring/request-timeout'),
    /^(?:3600|3[0-5]\d\d|[12]?\d{1,3})(?:\.\d{1,9})?s$/,
    { good: ['1s', '300s', '3600s'], bad: ['3601s', '5m', '300'] },
  ),
  pattern(at('template.containers.ports.name'), /^(http1|h2c)$/, { good: ['h2c'], bad: ['http2'] }),
  pattern(at('traffic.tag'), /^[a-z]([a-z0-9-]{0,44}[a-z0-9])?$/, {
    good: ['canary'],
    bad: ['Canary', '1st'],
  }),
  range(at('template.containers.ports.container_port'), 1, 65_535),
  range(
    at(
      'template.max_instance_request_concurrency',
      'https://cloud.google.com/run/docs/configuring/concurrency',
    ),
    1,
    1000,
  ),
  ...probes,
  probeTimes,
  trafficSum,
  trafficTarget,
  revisionName,
  scaling,
  resources,
  volumes,
];

function containersOf(config: ValueObject): readonly ValueObject[] {
  return blocksOf(config['template']).flatMap((template) => blocksOf(template['containers']));
}

/** Startup may take failure_threshold x period_seconds, 240 s at most. Defaults: 3 and 10. */
function patience({ failure_threshold: times, period_seconds: period }: ValueObject): Finding[] {
  const seconds = Number(times ?? 3) * Number(period ?? 10);
  return seconds > 240
    ? [{ path: ['template'], message: `startup probe of ${seconds} s: 240 s at most` }]
    : [];
}

function timeout({ timeout_seconds: wait, period_seconds: period }: ValueObject): Finding[] {
  return Number(wait ?? 1) > Number(period ?? 10)
    ? [
        {
          path: ['template'],
          message: `timeout_seconds ${String(wait)} is above period_seconds ${String(period)}`,
        },
      ]
    : [];
}

/** By table: memory in GiB that a number of CPUs allows. */
const MEMORY_OF_CPU: Readonly<Record<number, readonly [number, number]>> = {
  1: [0.125, 4],
  2: [0.125, 8],
  4: [2, 16],
  6: [4, 24],
  8: [4, 32],
};

function limitProblems(value: Value, concurrency: Value | undefined): string[] {
  if (!isObject(value) || hasUnknown(value)) return [];
  const cpu = cores(value['cpu'] ?? '1');
  const memory = gibibytes(value['memory'] ?? '512Mi');
  if (cpu < 1) return fractionProblems(cpu, memory, concurrency);
  const allowed = MEMORY_OF_CPU[cpu];
  if (allowed === undefined) return [`${cpu} CPUs: Cloud Run has 1, 2, 4, 6 or 8`];
  const fits = memory >= allowed[0] && memory <= allowed[1];
  return fits ? [] : [`${memory} GiB: ${cpu} CPUs have ${allowed[0]} to ${allowed[1]} GiB`];
}

function fractionProblems(cpu: number, memory: number, concurrency: Value | undefined): string[] {
  const problems: string[] = [];
  if (!(cpu >= 0.08)) problems.push(`${cpu} CPU: 0.08 at least`);
  if (memory > (cpu < 0.5 ? 0.5 : 1)) problems.push(`${memory} GiB is too much for ${cpu} CPU`);
  if (concurrency !== 1 && !hasUnknown(concurrency)) problems.push(`${cpu} CPU needs a concurrency of 1`);
  return problems;
}

function cores(cpu: Value): number {
  const match = /^([0-9.]+)(m?)$/.exec(String(cpu));
  return match === null ? Number.NaN : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}

function gibibytes(memory: Value): number {
  const match = /^([0-9.]+)([KMG])i$/.exec(String(memory));
  const unit = { K: 1 / 1024 ** 2, M: 1 / 1024, G: 1 }[match?.[2] ?? ''] ?? Number.NaN;
  return Number(match?.[1]) * unit;
}

function startup(values: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
  return prefixed('template.0.containers.0.startup_probe.0', values);
}

function scale(values: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
  return prefixed('template.0.scaling.0', values);
}

function limits(cpu: string, memory: string): Readonly<Record<string, unknown>> {
  return { 'template.0.containers.0.resources.0.limits': { cpu, memory } };
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
