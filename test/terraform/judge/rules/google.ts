import { hasUnknown, isObject, type Value } from '../value';
import { json, occurrences, oneOf, pattern, type Rule, range, relation } from './rule';

const PROVIDER = 'https://github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google';
const DOCS = 'https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources';

/** Types whose name follows https://cloud.google.com/compute/docs/naming-resources */
const COMPUTE = [
  'google_compute_network',
  'google_compute_subnetwork',
  'google_compute_backend_service',
  'google_compute_region_network_endpoint_group',
  'google_compute_url_map',
  'google_compute_target_https_proxy',
  'google_compute_managed_ssl_certificate',
  'google_compute_global_address',
  'google_compute_global_forwarding_rule',
  'google_compute_security_policy',
  'google_compute_address',
  'google_compute_forwarding_rule',
  'google_compute_region_backend_service',
  'google_compute_region_target_https_proxy',
  'google_compute_region_url_map',
  'google_compute_target_http_proxy',
  'google_compute_ssl_policy',
  'google_compute_region_ssl_policy',
];

const IAM_MEMBERS = [
  'google_project_iam_member',
  'google_cloud_run_v2_service_iam_member',
  'google_storage_bucket_iam_member',
  'google_service_account_iam_member',
  'google_pubsub_topic_iam_member',
  'google_kms_crypto_key_iam_member',
];

const labels = relation({
  id: 'google.labels',
  types: [
    'google_storage_bucket',
    'google_cloud_run_v2_service',
    'google_artifact_registry_repository',
    'google_vertex_ai_endpoint',
  ],
  source: 'https://cloud.google.com/resource-manager/docs/labels-overview#requirements',
  check: (config) =>
    occurrences(config, ['labels']).flatMap(({ path, value }) =>
      isObject(value)
        ? Object.entries(value)
            .filter((entry) => !isLabel(entry))
            .map(([key]) => ({
              path,
              message: `label ${key}: lower case letters, digits, - and _, 63 at most`,
            }))
        : [],
    ),
  faults: [{ labels: { Team: 'risk' } }, { labels: { team: 'Risk' } }, { labels: { team: 'a'.repeat(64) } }],
  edges: [{ labels: { team_1: 'a-b_c', empty: '' } }],
});

/** Alerts look at multiples of a minute. */
const alertDuration = pattern(
  {
    types: ['google_monitoring_alert_policy'],
    argument: 'conditions.condition_threshold.duration',
    source: `${DOCS}/monitoring_alert_policy#duration`,
  },
  /^(0|[1-9]\d*)s$/,
  { good: ['0s', '300s'], bad: ['5m', '60'] },
);

const alertMinutes = relation({
  id: 'google_monitoring_alert_policy.minutes',
  types: ['google_monitoring_alert_policy'],
  // "this value must be a multiple of one minute"
  source: 'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#MetricThreshold',
  check: (config) =>
    ['condition_threshold', 'condition_absent'].flatMap((condition) =>
      occurrences(config, ['conditions', condition, 'duration'])
        .filter(({ value }) => seconds(value) % 60 !== 0 && !Number.isNaN(seconds(value)))
        .map(({ path, value }) => ({ path, message: `${String(value)} is not a multiple of 60s` })),
    ),
  faults: [{ 'conditions.0.condition_threshold.0.duration': '90s' }],
  edges: [{ 'conditions.0.condition_threshold.0.duration': '120s' }],
});

export const googleRules: readonly Rule[] = [
  pattern(
    {
      types: ['google_service_account'],
      argument: 'account_id',
      source: `${PROVIDER}/verify/validation.go (ServiceAccountNameRegex)`,
    },
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    { good: ['abcdef', 'a'.repeat(30)], bad: ['abcde', 'a'.repeat(31), '1abcdef', 'abcdef-', 'Abcdef'] },
  ),
  pattern(
    {
      types: ['google_storage_bucket'],
      argument: 'name',
      source: 'https://cloud.google.com/storage/docs/buckets#naming',
    },
    /^(?!goog)(?!.*google)(?=.{3,63}$|.{3,222}$)(?:[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]|[a-z0-9])(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/,
    {
      good: ['abc', 'a'.repeat(63), 'models.example.com'],
      bad: ['ab', 'a'.repeat(64), 'Models', 'models-', 'goog-models', 'a..b'],
    },
  ),
  pattern(
    { types: COMPUTE, argument: 'name', source: `${PROVIDER}/verify/validation.go (ValidateGCEName)` },
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    { good: ['a', 'a'.repeat(63)], bad: ['a'.repeat(64), '1a', 'a-', 'A'] },
  ),
  pattern(
    { types: IAM_MEMBERS, argument: 'member', source: `${DOCS}/google_project_iam#member` },
    /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|principal|principalSet|projectOwner|projectEditor|projectViewer|iamMember):.+)$/,
    { good: ['allUsers', 'serviceAccount:a@b.iam.gserviceaccount.com'], bad: ['someone', 'robot:a@b'] },
  ),
  pattern(
    { types: IAM_MEMBERS, argument: 'role', source: `${DOCS}/google_project_iam#role` },
    /^(roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\/[A-Za-z0-9._]+$/,
    { good: ['roles/run.invoker', 'projects/p/roles/mine'], bad: ['run.invoker', 'roles/'] },
  ),
  oneOf(
    {
      types: ['google_monitoring_uptime_check_config'],
      argument: 'period',
      source: `${DOCS}/monitoring_uptime_check_config#period`,
    },
    ['60s', '300s', '600s', '900s'],
  ),
  pattern(
    {
      types: ['google_monitoring_uptime_check_config'],
      argument: 'timeout',
      source: `${DOCS}/monitoring_uptime_check_config#timeout`,
    },
    /^([1-9]|[1-5]\d|60)s$/,
    { good: ['1s', '60s'], bad: ['0s', '61s', '1m'] },
  ),
  json({
    types: ['google_monitoring_dashboard'],
    argument: 'dashboard_json',
    source: `${PROVIDER}/services/monitoring/resource_monitoring_dashboard.go`,
  }),
  range(
    {
      types: ['google_logging_project_bucket_config'],
      argument: 'retention_days',
      source: 'https://cloud.google.com/logging/docs/buckets#custom-retention',
    },
    1,
    3650,
  ),
  labels,
  alertDuration,
  alertMinutes,
];

function isLabel([key, value]: readonly [string, Value]): boolean {
  const good = typeof value !== 'string' || /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value);
  return hasUnknown(value) || (good && /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key));
}

function seconds(duration: Value): number {
  return typeof duration === 'string' && duration.endsWith('s') ? Number(duration.slice(0, -1)) : Number.NaN;
}
