import { batchConfigSchema, parseBatchConfig } from '@inferstack/runtime/contract';
import { BatchScoringJob, DataLocation, Duration, RuntimeImage, Schedule } from 'inferstack';
import {
  ContainerAppBatch,
  type ContainerAppBatchNative,
  type ContainerAppBatchOptions,
} from 'inferstack/azure';
import { JOB, type JobProps } from '../../support/batch';
import { problemsOf } from '../../support/endpoint';
import { IMAGE, newStack, type Resource, SUBSCRIPTION, templateOf } from '../support/synthesize';

type Props = Omit<JobProps<ContainerAppBatchNative>, 'target'>;

const image = RuntimeImage.fromRegistry(IMAGE);
const PROVIDERS = `${SUBSCRIPTION}/resourceGroups/rg-models/providers`;

function batch(options: Partial<ContainerAppBatchOptions> = {}, props: Props = {}) {
  const stack = newStack();
  const job = new BatchScoringJob(stack, 'Endpoint', {
    ...JOB,
    ...props,
    run: { image, ...props.run },
    target: new ContainerAppBatch({ location: 'westeurope', name: 'scores', ...options }),
  });
  return { ...templateOf(stack), runtimeConfig: job.runtimeConfig };
}

const nightly = batch(
  { alerts: { emails: ['on-call@example.com'] }, tags: { team: 'risk' } },
  {
    schedule: Schedule.daily({ hour: 3 }),
    run: {
      image,
      ...{ parallelism: 8, attempts: 4, timeout: Duration.minutes(30) },
      resources: { cpuMillis: 4000, memoryMiB: 8192 },
    },
    monitoring: { runbookUrl: 'https://runbooks.example.com' },
  },
);
const onDemand = batch({}, { monitoring: { failed: false, missing: false } });

test('a run is a replica for each worker, all at once, at its time', () => {
  const job = nightly.find('container_app_job');
  expect(job).toMatchObject({
    schedule_trigger_config: { cron_expression: '0 3 * * *', parallelism: 8, replica_completion_count: 8 },
    replica_retry_limit: 3,
    replica_timeout_in_seconds: 1860,
    tags: { 'inferstack-job': 'scores', team: 'risk' },
  });
  expect(job['template'].container[0]).toMatchObject({ cpu: 4, memory: '8Gi' });
  expect(job['identity']).toMatchObject({ type: 'UserAssigned' });
});

test('without a schedule it waits for whoever starts it', () => {
  const job = onDemand.find('container_app_job');
  expect(job['manual_trigger_config']).toEqual({ parallelism: 1, replica_completion_count: 1 });
  expect(job['schedule_trigger_config']).toBeUndefined();
});

test('the runtime gets what the construct tells, and shares the work by claims', () => {
  const { env } = nightly.find('container_app_job')['template'].container[0];
  const config = parseBatchConfig(env[0].value);
  const { model, ...rest } = nightly.runtimeConfig;
  expect(config).toEqual({ ...rest, model: { ...model, uri: expect.stringMatching(/^azblob:\/\//) } });
  expect(batchConfigSchema.parse(config).batch).toMatchObject({
    input: { uris: ['azblob://patients/patients/daily/'] },
    output: { uri: 'azblob://patients/scores/daily/' },
    shards: { assignment: 'lease', workers: 8 },
  });
  expect(env[1]).toMatchObject({ name: 'AZURE_CLIENT_ID' });
});

const conditionOf = ({ condition }: Resource): string =>
  condition.replaceAll(/Microsoft[\w./]*containers\//g, '');

test('rights end at the folders of input and output', () => {
  const roles = nightly.all('role_assignment');
  expect(Object.keys(roles).sort()).toEqual(['ReadInput', 'ReadModels', 'WriteOutput']);
  expect(roles['ReadInput']).toMatchObject({
    role_definition_name: 'Storage Blob Data Reader',
    scope: expect.stringMatching(/storageAccounts\/patients\/blobServices\/default\/containers\/patients$/),
    condition_version: '2.0',
  });
  expect(conditionOf(roles['ReadInput']!)).toBe(
    "((!(ActionMatches{'blobs/read'} AND NOT SubOperationMatches{'Blob.List'}))" +
      " OR (@Resource[blobs:path] StringEquals 'daily' OR @Resource[blobs:path] StringStartsWith 'daily/'))" +
      " AND ((!(ActionMatches{'blobs/read'} AND SubOperationMatches{'Blob.List'}))" +
      " OR (@Request[blobs:prefix] StringStartsWith 'daily/'))",
  );
  expect(roles['WriteOutput']).toMatchObject({ role_definition_name: 'Storage Blob Data Contributor' });
  for (const change of ['write', 'add/action', 'delete', 'move/action'])
    expect(conditionOf(roles['WriteOutput']!)).toContain(`AND !(ActionMatches{'blobs/${change}'})`);
});

test('one file is one name; a whole container has no condition', () => {
  const place = {
    storageAccountId: `${PROVIDERS}/Microsoft.Storage/storageAccounts/a12`,
    container: 'files',
  };
  const roles = batch(
    {},
    {
      input: { from: DataLocation.at({ azure: { ...place, path: 'one.csv' } }) },
      output: { to: DataLocation.at({ azure: place }) },
    },
  ).all('role_assignment');
  expect(conditionOf(roles['ReadInput']!)).toContain("@Resource[blobs:path] StringEquals 'one.csv'))");
  expect(roles['WriteOutput']).not.toHaveProperty('condition');
});

test('alerts tell of failed and missing runs, and are off when they are switched off', () => {
  const failed = nightly.find('monitor_metric_alert');
  expect(failed['criteria']).toEqual([
    expect.objectContaining({
      metric_namespace: 'Microsoft.App/jobs',
      metric_name: 'Executions',
      dimension: [{ name: 'state', operator: 'Include', values: ['Failed'] }],
    }),
  ]);
  expect(failed['action'][0].action_group_id).toContain('ActionGroup');
  expect(failed['description']).toContain('https://runbooks.example.com');
  const missing = nightly.find('monitor_scheduled_query_rules_alert_v2');
  // A day, and four attempts of half an hour.
  expect(missing['criteria'][0].query).toContain('TimeGenerated > ago(26h)');
  expect(missing['criteria'][0].query).toContain("tostring(line.Job) == 'scores'");
  expect(missing).toMatchObject({
    window_duration: 'P2D',
    action: { custom_properties: { job: 'Serving/Endpoint' } },
  });
  expect(onDemand.types).not.toContain('monitor_metric_alert');
  expect(onDemand.types).not.toContain('monitor_scheduled_query_rules_alert_v2');
});

test('nothing reaches the environment; one of yours is used as it is', () => {
  expect(nightly.find('container_app_environment')).toMatchObject({ internal_load_balancer_enabled: true });
  const environment = { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models` };
  const workspace = { id: `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs`, retentionInDays: 30 };
  const yours = batch({ environment, workspace });
  expect(yours.find('container_app_job')['container_app_environment_id']).toBe(environment.id);
  expect(yours.types).not.toContain('virtual_network');
});

test.each<[string, Partial<ContainerAppBatchOptions>, Props, string, string]>([
  [
    'arm64',
    {},
    { run: { image, resources: { architecture: 'arm64' } } },
    'TARGET_UNSUPPORTED',
    'run.resources.architecture',
  ],
  [
    'another time zone',
    {},
    { schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }) },
    'TARGET_UNSUPPORTED',
    'schedule.timeZone',
  ],
  [
    'a look-back of a week',
    {},
    { schedule: Schedule.weekly({ day: 1, hour: 3 }) },
    'TARGET_UNSUPPORTED',
    'monitoring.missing.after',
  ],
  [
    'a pair that is not offered',
    {},
    { run: { image, resources: { cpuMillis: 1000, memoryMiB: 4096 } } },
    'AZURE_SIZE',
    'run.resources.memoryMiB',
  ],
  [
    'an image of nobody',
    {},
    { run: { image: RuntimeImage.fromRegistry('a.azurecr.io/b:1') } },
    'AZURE_REGISTRY',
    'target.registry',
  ],
  [
    'files elsewhere',
    {},
    { input: { from: DataLocation.at({ aws: { bucket: 'abc' } }) } },
    'PLAN_DATA',
    'input.from',
  ],
  ['a long name', { name: 'a'.repeat(33) }, {}, 'AZURE_NAME', 'target.name'],
  [
    'an environment without its logs',
    { environment: { id: `${PROVIDERS}/Microsoft.App/managedEnvironments/models` } },
    {},
    'AZURE_ENVIRONMENT',
    'target.workspace',
  ],
])('refused: %s', (_, options, props, code, prop) => {
  expect(problemsOf(() => batch(options, props))).toEqual([
    expect.objectContaining({ code, at: `Serving/Endpoint: ${prop}` }),
  ]);
});
