import { parseBatchConfig, parseProcessConfig } from '../../runtime/src/contract';
import { briefly, problemsOf } from '../support/package-builder';

const input = {
  uris: ['s3://bucket/patients/'],
  format: 'auto',
  compression: 'auto',
  csv: { delimiter: ',', nulls: [''] },
  columns: { bmi_value: 'bmi' },
  passthrough: ['patient_id'],
};
const batch = {
  input,
  output: { uri: 's3://bucket/scores/', format: 'parquet', compression: 'zstd' },
  shards: { rows: 100_000, assignment: 'index', workers: 1, leaseMs: 60_000 },
  runId: null,
  errorThreshold: { ratio: 0.05, minRows: 1000 },
  timeoutMs: null,
  progressMs: 10_000,
};
const config = {
  apiVersion: 'inferstack.dev/v1',
  kind: 'RuntimeConfig',
  role: 'batch',
  job: 'nightly',
  model: { name: 'echo', version: '1', uri: '/models/echo', digest: `sha256:${'0'.repeat(64)}` },
  batch,
  execution: { workers: 0, intraOpThreads: 1, batchRows: 2048, memoryBytes: 0 },
  telemetry: { emf: false, pushgateway: null },
  logging: { level: 'info' },
};

const problems = (change: object) =>
  briefly(problemsOf(() => parseBatchConfig(JSON.stringify({ ...config, batch: { ...batch, ...change } }))));

test('a complete configuration is read and frozen, by its role', () => {
  const parsed = parseBatchConfig(JSON.stringify(config));
  expect(parsed).toEqual(config);
  expect(parseProcessConfig(JSON.stringify(config))).toEqual(config);
  expect(() => Object.assign(parsed.batch.shards, { rows: 1 })).toThrow(TypeError);
});

test('nothing has a default, and parts of other roles are not taken', () => {
  const { runId: _, ...rest } = batch;
  const given = JSON.stringify({ ...config, batch: rest, listeners: {} });
  expect(briefly(problemsOf(() => parseProcessConfig(given, 'job.json'))).sort()).toEqual([
    'CONFIG_INVALID at job.json: batch.runId',
    'CONFIG_INVALID at job.json: listeners',
  ]);
});

test('a role that does not exist is told with those that do', () => {
  const [problem] = problemsOf(() => parseProcessConfig(JSON.stringify({ ...config, role: 'edge' })));
  expect(problem).toMatchObject({ code: 'CONFIG_INVALID', at: 'INFERSTACK_CONFIG: role' });
});

test.each<[string, object, string]>([
  ['no input', { input: { ...input, uris: [] } }, 'input.uris'],
  [
    'a delimiter of two characters',
    { input: { ...input, csv: { delimiter: '||', nulls: [''] } } },
    'input.csv.delimiter',
  ],
  [
    'a column that scoring adds',
    { input: { ...input, passthrough: ['prediction_id'] } },
    'input.passthrough',
  ],
  ['a column like a score', { input: { ...input, passthrough: ['score_yes'] } }, 'input.passthrough'],
  ['a column twice', { input: { ...input, passthrough: ['a', 'a'] } }, 'input.passthrough'],
  ['two columns for a field', { input: { ...input, columns: { a: 'bmi', b: 'bmi' } } }, 'input.columns'],
  ['snappy for CSV', { output: { uri: 'out', format: 'csv', compression: 'snappy' } }, 'output.compression'],
  ['a share above 1', { errorThreshold: { ratio: 5, minRows: 0 } }, 'errorThreshold.ratio'],
  ['a run that is a path', { runId: '../other' }, 'runId'],
  ['a shard of nothing', { shards: { ...batch.shards, rows: 0 } }, 'shards.rows'],
])('%s is refused', (_, change, at) => {
  expect(problems(change)).toEqual([`CONFIG_INVALID at INFERSTACK_CONFIG: batch.${at}`]);
});

test('a pushgateway with a password in its address is refused: it would be told in the log', () => {
  const pushgateway = 'http://user:hush@gateway:9091';
  const given = JSON.stringify({ ...config, telemetry: { emf: false, pushgateway } });
  const found = problemsOf(() => parseBatchConfig(given));
  expect(briefly(found)).toEqual(['CONFIG_INVALID at INFERSTACK_CONFIG: telemetry.pushgateway']);
  expect(JSON.stringify(found)).not.toContain('hush');
});
