import { parseBatchConfig } from '@inferstack/runtime/contract';
import { BatchScoringJob, DataLocation, Duration, RuntimeImage, Schedule } from 'inferstack';
import { CloudRunBatch, type CloudRunBatchNative, type CloudRunBatchOptions } from 'inferstack/gcp';
import { JOB, type JobProps } from '../../support/batch';
import { problemsOf } from '../../support/endpoint';
import { IMAGE, inStack, PROJECT, REGION, templateOf } from '../support/synthesize';

type Props = Omit<JobProps<CloudRunBatchNative>, 'target'>;

function batch(options: Partial<CloudRunBatchOptions> = {}, props: Props = {}) {
  return inStack((stack) => {
    const job = new BatchScoringJob(stack, 'Endpoint', {
      ...JOB,
      ...props,
      run: { image: RuntimeImage.fromRegistry(IMAGE), ...props.run },
      target: new CloudRunBatch({ project: PROJECT, region: REGION, name: 'scores', ...options }),
    });
    return { ...templateOf(stack), runtimeConfig: job.runtimeConfig };
  });
}

const nightly = batch(
  { alarms: { emails: ['on-call@example.com'] }, labels: { team: 'risk' } },
  {
    schedule: Schedule.daily({ hour: 3, timeZone: 'Europe/Berlin' }),
    run: {
      image: RuntimeImage.fromRegistry(IMAGE),
      ...{ parallelism: 8, attempts: 4, timeout: Duration.minutes(30) },
      resources: { cpuMillis: 4000, memoryMiB: 8192 },
    },
    monitoring: { runbookUrl: 'https://runbooks.example.com' },
  },
);

test('a run is a task for each worker, all at once, as an account of its own', () => {
  const job = nightly.find('google_cloud_run_v2_job');
  const task = job['template'].template;
  expect(job['template']).toMatchObject({ task_count: 8, parallelism: 8 });
  expect(task).toMatchObject({
    max_retries: 3,
    timeout: '1860s',
    service_account: expect.stringContaining('google_service_account.'),
  });
  expect(task.containers[0].resources.limits).toEqual({ cpu: '4', memory: '8192Mi' });
  expect(job).toMatchObject({
    deletion_protection: true,
    labels: { 'inferstack-job': 'scores', team: 'risk' },
  });
});

test('the runtime gets what the construct tells', () => {
  const [{ env }] = nightly.find('google_cloud_run_v2_job')['template'].template.containers;
  const config = parseBatchConfig(env[0].value);
  const { model, ...rest } = nightly.runtimeConfig;
  expect(config).toEqual({ ...rest, model: { ...model, uri: expect.stringMatching(/^gs:\/\//) } });
  expect(config.batch.input.uris).toEqual(['gs://patients/daily/']);
  expect(config.batch.shards).toMatchObject({ assignment: 'index', workers: 8 });
});

test('it is started at its time, by an account that can do nothing else', () => {
  const schedule = nightly.find('google_cloud_scheduler_job');
  expect(schedule).toMatchObject({
    schedule: '0 3 * * *',
    time_zone: 'Europe/Berlin',
    http_target: {
      http_method: 'POST',
      uri: expect.stringMatching(/^https:\/\/run\.googleapis\.com\/v2\/.*:run$/),
    },
  });
  expect(nightly.find('google_cloud_run_v2_job_iam_member')).toMatchObject({ role: 'roles/run.invoker' });
  expect(schedule['http_target'].oauth_token.service_account_email).toContain('Starter');
  expect(batch().types).not.toContain('google_cloud_scheduler_job');
});

test('rights end at the folders of input and output', () => {
  const members = nightly.all('google_storage_bucket_iam_member');
  expect(members['InputAccess']).toMatchObject({ bucket: 'patients', role: 'roles/storage.objectViewer' });
  expect(members['InputAccess']!['condition'].expression).toBe(
    "resource.name == 'projects/_/buckets/patients/objects/daily' || " +
      "resource.name.startsWith('projects/_/buckets/patients/objects/daily/') || " +
      "resource.type == 'storage.googleapis.com/Bucket'",
  );
  expect(members['OutputAccess']).toMatchObject({ role: 'roles/storage.objectUser' });
  expect(members['OutputAccess']!['condition'].expression).toContain(
    "startsWith('projects/_/buckets/patients/objects/scores/')",
  );
});

test('alarms tell of failed and missing runs, and are off when they are switched off', () => {
  const alerts = Object.values(nightly.all('google_monitoring_alert_policy'));
  const queries = alerts.map(({ conditions }) => conditions[0].condition_prometheus_query_language.query);
  expect(queries).toEqual([
    expect.stringMatching(
      /^sum\(increase\(run_googleapis_com:job_completed_execution_count\{.*result="failed"\}\[10m\]\)\) > 0$/,
    ),
    // A day, and four attempts of half an hour.
    expect.stringMatching(
      /^\(sum\(increase\(.*job_name="scores",result="succeeded"\}\[1560m\]\)\) or vector\(0\)\) < 1$/,
    ),
  ]);
  expect(alerts[0]!['documentation'].links).toEqual([
    { display_name: 'Runbook', url: 'https://runbooks.example.com' },
  ]);
  const off = batch({}, { monitoring: { failed: false, missing: false } });
  expect(off.types).not.toContain('google_monitoring_alert_policy');
});

test.each<[string, Partial<CloudRunBatchOptions>, Props, string, string]>([
  [
    'arm64',
    {},
    { run: { image: RuntimeImage.fromRegistry(IMAGE), resources: { architecture: 'arm64' } } },
    'TARGET_UNSUPPORTED',
    'run.resources.architecture',
  ],
  [
    'a day',
    {},
    { run: { image: RuntimeImage.fromRegistry(IMAGE), timeout: Duration.days(1) } },
    'TARGET_UNSUPPORTED',
    'run.timeout',
  ],
  [
    'half a core',
    {},
    { run: { image: RuntimeImage.fromRegistry(IMAGE), resources: { cpuMillis: 500 } } },
    'GCP_RESOURCES',
    'resources',
  ],
  [
    'an image elsewhere',
    {},
    { run: { image: RuntimeImage.fromRegistry('registry.example.com/a:1') } },
    'GCP_IMAGE_REGISTRY',
    'runtime.image',
  ],
  [
    'files elsewhere',
    {},
    { input: { from: DataLocation.at({ aws: { bucket: 'abc' } }) } },
    'PLAN_DATA',
    'input.from',
  ],
  ['a long name', { name: 'a'.repeat(50) }, {}, 'GCP_NAME', 'target.name'],
])('refused: %s', (_, options, props, code, prop) => {
  expect(problemsOf(() => batch(options, props))).toEqual([
    expect.objectContaining({ code, at: `Serving/Endpoint: ${prop}` }),
  ]);
});

test('accounts that start the job of two regions do not meet', () => {
  const starter = (region: string) =>
    batch({ region }, { schedule: Schedule.daily({ hour: 3 }) }).all('google_service_account')['Starter']![
      'account_id'
    ];
  expect(starter('us-east1')).not.toBe(starter(REGION));
  expect(starter(REGION)).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
});
