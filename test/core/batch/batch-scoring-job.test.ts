import { batchConfigSchema } from '@inferstack/runtime/contract';
import { DataLocation, Duration, ModelSource, RuntimeImage, Schedule } from 'inferstack';
import { fakeJob, INPUT, type JobProps } from '../../support/batch';
import { exampleModel, problemsOf } from '../../support/endpoint';

const daily = Schedule.daily({ hour: 3 });

test('every default is in the plan', () => {
  const { plan } = fakeJob();
  const { model, input, output, runtime, ...rest } = plan;
  expect(model.manifest.name).toBe('breast-cancer');
  expect(input).toMatchObject({
    ...{ format: 'auto', compression: 'auto', csv: { delimiter: ',', nulls: [''] } },
    ...{ columns: {}, passthrough: [] },
  });
  expect(output).toMatchObject({ format: 'parquet', compression: 'zstd' });
  expect(runtime).toMatchObject({
    image: { kind: 'source' },
    logLevel: 'info',
    execution: { workers: 1, intraOpThreads: 1, batchRows: 1024 },
  });
  expect(rest).toEqual({
    name: 'clinic-nightly-scores',
    path: 'Clinic/NightlyScores',
    schedule: null,
    run: {
      ...{ parallelism: 1, rowsPerShard: 1_000_000, timeoutSeconds: 3600, attempts: 3 },
      badRows: { maxShare: 0.01, minRows: 1000 },
    },
    resources: { cpuMillis: 1000, memoryMiB: 2048, architecture: 'x86_64' },
    monitoring: { failed: true, missingAfterSeconds: null, logRetentionDays: 30, runbookUrl: null },
  });
  expect(Object.isFrozen(plan.run.badRows)).toBe(true);
});

test.each<[string, JobProps, number | null]>([
  ['a day and three attempts of an hour', { schedule: daily }, 27],
  ['shorter attempts', { schedule: daily, run: { timeout: Duration.minutes(10), attempts: 1 } }, 25],
  ['as given', { schedule: daily, monitoring: { missing: { after: Duration.hours(30) } } }, 30],
  [
    'given without a schedule, since somebody else may start it',
    { monitoring: { missing: { after: Duration.hours(2) } } },
    2,
  ],
  ['switched off', { schedule: daily, monitoring: { missing: false } }, null],
  ['nothing to be missed', {}, null],
])('a run is missed after: %s', (_, props, hours) => {
  expect(fakeJob(props).plan.monitoring.missingAfterSeconds).toBe(hours === null ? null : hours * 3600);
});

test('the configuration is one the runtime takes, with all the plan says', () => {
  const { runtimeConfig, plan } = fakeJob({
    input: { from: INPUT, columns: { radius: 'mean radius' }, passthrough: ['patient_id'], format: 'csv' },
    run: { parallelism: 4, badRows: { maxShare: 0.2, minRows: 10 }, resources: { cpuMillis: 4000 } },
  });
  expect(batchConfigSchema.parse(runtimeConfig)).toEqual(runtimeConfig);
  expect(runtimeConfig).toMatchObject({
    role: 'batch',
    job: 'clinic-nightly-scores',
    model: { name: 'breast-cancer', version: '1', digest: plan.model.digest },
    batch: {
      input: { format: 'csv', columns: { radius: 'mean radius' }, passthrough: ['patient_id'] },
      shards: { rows: 1_000_000, assignment: 'index', workers: 4 },
      errorThreshold: { ratio: 0.2, minRows: 10 },
      timeoutMs: 3_600_000,
    },
    execution: { workers: 4 },
  });
});

const at = (platform: object) => DataLocation.at(platform);

test.each<[string, JobProps, string, string]>([
  ['no workers', { run: { parallelism: 0 } }, 'PLAN_RUN', 'run.parallelism'],
  ['too many attempts', { run: { attempts: 11 } }, 'PLAN_RUN', 'run.attempts'],
  ['half a minute', { run: { timeout: Duration.seconds(30) } }, 'PLAN_RUN', 'run.timeout'],
  ['a share above 1', { run: { badRows: { maxShare: 1.5 } } }, 'PLAN_RUN', 'run.badRows.maxShare'],
  ['no CPU', { run: { resources: { cpuMillis: 0 } } }, 'PLAN_RESOURCES', 'resources.cpuMillis'],
  [
    'an image that moves',
    { run: { image: RuntimeImage.fromRegistry('a/b:latest') } },
    'PLAN_IMAGE',
    'run.image',
  ],
  [
    'half an hour',
    { monitoring: { missing: { after: Duration.minutes(30) } } },
    'PLAN_MONITORING',
    'monitoring.missing.after',
  ],
  [
    'a field the model has not',
    { input: { from: INPUT, columns: { a: 'b' } } },
    'PLAN_RUN',
    'input.columns.a',
  ],
  [
    'a column scoring writes',
    { input: { from: INPUT, passthrough: ['score_benign'] } },
    'PLAN_RUN',
    'input.passthrough',
  ],
  ['no column', { input: { from: INPUT, passthrough: [''] } }, 'PLAN_RUN', 'input.passthrough'],
  ['a column twice', { input: { from: INPUT, passthrough: ['a', 'a'] } }, 'PLAN_RUN', 'input.passthrough'],
  ['images', { model: ModelSource.fromDirectory(exampleModel('digits-image', '1')) }, 'PLAN_RUN', 'model'],
  ['a quote', { input: { from: INPUT, csv: { delimiter: '"' } } }, 'PLAN_RUN', 'input.csv.delimiter'],
  ['a line break', { input: { from: INPUT, csv: { delimiter: '\n' } } }, 'PLAN_RUN', 'input.csv.delimiter'],
  ['two characters', { input: { from: INPUT, csv: { delimiter: '||' } } }, 'PLAN_RUN', 'input.csv.delimiter'],
  ['files nowhere', { input: { from: at({}) } }, 'PLAN_DATA', 'input.from'],
  ['no bucket', { input: { from: at({ aws: { bucket: 'A_B' } }) } }, 'PLAN_DATA', 'input.from.aws.bucket'],
  [
    'out of the bucket',
    { input: { from: at({ gcp: { bucket: 'abc', path: '../x' } }) } },
    'PLAN_DATA',
    'input.from.gcp.path',
  ],
  [
    'an alias of a key',
    { input: { from: at({ aws: { bucket: 'abc', kmsKeyArn: 'alias/x' } }) } },
    'PLAN_DATA',
    'input.from.aws.kmsKeyArn',
  ],
  ['results by a pattern', { output: { to: at({ local: 'out/*.csv' }) } }, 'PLAN_DATA', 'output.to.local'],
  [
    'results in what is scored',
    { output: { to: at({ aws: { bucket: 'patients', path: 'daily/scores' } }) } },
    'PLAN_DATA',
    'output.to.aws',
  ],
  [
    'results where all is scored',
    {
      input: { from: at({ gcp: { bucket: 'abc' } }) },
      output: { to: at({ gcp: { bucket: 'abc', path: 'x/' } }) },
    },
    'PLAN_DATA',
    'output.to.gcp',
  ],
])('refused: %s', (_, props, code, prop) => {
  expect(problemsOf(() => fakeJob(props))).toEqual([
    expect.objectContaining({ code, at: `Clinic/NightlyScores: ${prop}` }),
  ]);
});

test('two columns for one field are refused once', () => {
  const columns = { a: 'mean radius', b: 'mean radius' };
  expect(problemsOf(() => fakeJob({ input: { from: INPUT, columns } }))).toHaveLength(1);
});

test('snappy is for Parquet', () => {
  const output = { to: DataLocation.at({ local: 'out/' }), format: 'csv', compression: 'snappy' } as const;
  expect(problemsOf(() => fakeJob({ output }))).toEqual([
    expect.objectContaining({ code: 'PLAN_DATA', got: 'snappy with csv' }),
  ]);
});

test('everything that is wrong is told at once', () => {
  const problems = problemsOf(() =>
    fakeJob({ run: { parallelism: 0, attempts: 0 }, schedule: Schedule.cron('x'), input: { from: at({}) } }),
  );
  expect(problems.map(({ code }) => code).sort()).toEqual([
    'PLAN_DATA',
    'PLAN_RUN',
    'PLAN_RUN',
    'PLAN_SCHEDULE',
  ]);
});
