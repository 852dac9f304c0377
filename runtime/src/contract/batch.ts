import { z } from 'zod';
import { baseUrl } from './base-url';
import { API_VERSION } from './manifest';
import { modelReferenceSchema } from './model-reference';

const count = z.number().int().nonnegative();
const positive = z.number().int().positive();
const text = z.string().min(1);

export const BATCH_INPUT_FORMATS = ['auto', 'csv', 'ndjson', 'parquet'] as const;
export const BATCH_INPUT_COMPRESSIONS = ['auto', 'none', 'gzip', 'zstd'] as const;
export const BATCH_OUTPUT_FORMATS = ['parquet', 'csv', 'ndjson'] as const;
export const BATCH_OUTPUT_COMPRESSIONS = ['none', 'snappy', 'gzip', 'zstd'] as const;

/** Names of the columns that scoring adds; columns passed through may not have them. `score_` begins those of the classes. */
export const BATCH_OUTPUT_COLUMNS = [
  'prediction_id',
  'source_file',
  'source_row',
  'prediction_label',
  'prediction_score',
  'prediction_value',
  'prediction_decision',
  'prediction_flags',
  'model_name',
  'model_version',
  'model_digest',
] as const;

const isOutputColumn = (name: string): boolean =>
  name.startsWith('score_') || (BATCH_OUTPUT_COLUMNS as readonly string[]).includes(name);

const inputSchema = z
  .strictObject({
    uris: z
      .array(text)
      .min(1)
      .describe(
        'Files, folders (everything below them, `key=value` folders become columns) or patterns with * and **: paths, file:, s3:, azblob: or gs: URIs; https: URIs name one file.',
      ),
    format: z
      .enum(BATCH_INPUT_FORMATS)
      .describe(
        'auto takes it from the names: .csv, .tsv, .ndjson, .jsonl, .parquet, with .gz or .zst behind.',
      ),
    compression: z
      .enum(BATCH_INPUT_COMPRESSIONS)
      .describe('Of CSV and NDJSON; auto takes it from the names. Parquet says itself how it is compressed.'),
    csv: z
      .strictObject({
        delimiter: z.string().length(1).describe('Between values. Files named .tsv always have tabs.'),
        nulls: z
          .array(z.string())
          .min(1)
          .describe('Texts that stand for a missing value, for example the empty one.'),
      })
      .describe('How CSV is written; the first line has the names of the columns.'),
    columns: z
      .record(text, text)
      .describe(
        'Column of the files -> field of the model, where the names differ. Others are found by their own name.',
      ),
    passthrough: z.array(text).describe('Columns of the files that are copied to the output, such as ids.'),
  })
  .refine(({ passthrough }) => new Set(passthrough).size === passthrough.length, {
    path: ['passthrough'],
    message: 'a column is listed twice',
  })
  .refine(({ passthrough }) => !passthrough.some(isOutputColumn), {
    path: ['passthrough'],
    message: 'a column has the name of one that scoring adds',
  })
  .refine(({ columns }) => new Set(Object.values(columns)).size === Object.keys(columns).length, {
    path: ['columns'],
    message: 'two columns are mapped to the same field',
  });

const outputSchema = z
  .strictObject({
    uri: text.describe(
      'Folder of the results: a path, file:, s3:, azblob: or gs: URI. Each run has a folder of its own below it.',
    ),
    format: z.enum(BATCH_OUTPUT_FORMATS),
    compression: z
      .enum(BATCH_OUTPUT_COMPRESSIONS)
      .describe('snappy is for Parquet alone; CSV and NDJSON get .gz or .zst behind their name.'),
  })
  .refine(({ format, compression }) => format === 'parquet' || compression !== 'snappy', {
    path: ['compression'],
    message: 'snappy is for Parquet alone',
  });

const shardsSchema = z.strictObject({
  rows: positive.describe(
    'Rows of a shard: what is written as one file, committed as a whole, and lost at most when a worker is killed.',
  ),
  assignment: z
    .enum(['index', 'lease'])
    .describe(
      'Who takes which file or row range: by index, each worker the share that its number says (AWS Batch, Kubernetes, Cloud Run tell it); by lease, whoever is free takes the next one (where workers have no number).',
    ),
  workers: positive.describe(
    'Workers of the job, where the platform does not tell (CLOUD_RUN_TASK_COUNT, AWS_BATCH_JOB_ARRAY_SIZE). 1: this one alone.',
  ),
  leaseMs: positive
    .min(1000)
    .describe('With lease: a worker that has not renewed its claim for so long is taken for dead.'),
});

/** What a run may be called: a name of a folder everywhere. */
export const batchRunIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, . _ and -, at most 100');

export const batchSchema = z
  .strictObject({
    input: inputSchema,
    output: outputSchema,
    shards: shardsSchema,
    runId: batchRunIdSchema
      .nullable()
      .describe(
        'Name of the run; a run of this name that was cut short is taken up where it stopped. null: made of inputs, model and settings, so that the same work is never done twice. INFERSTACK_RUN_ID overrides it.',
      ),
    errorThreshold: z
      .strictObject({
        ratio: z
          .number()
          .min(0)
          .max(1)
          .describe('Share of bad rows above which the job stops; 1 never stops.'),
        minRows: count.describe('Rows of a worker before the share means anything.'),
      })
      .describe(
        'Bad rows are put aside with the reason; more than this of them means that the data is wrong.',
      ),
    timeoutMs: positive.nullable().describe('The job is given up after so long; null: never.'),
    progressMs: positive.describe('Time between two lines of progress in the log.'),
  })
  .describe('What a batch job scores, where it puts the results, and when it gives up.');

export const batchConfigSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('RuntimeConfig'),
    role: z.literal('batch'),
    job: text.describe('Name of the job in logs and metrics.'),
    model: modelReferenceSchema,
    batch: batchSchema,
    execution: z.strictObject({
      workers: count.describe('Threads that run the model; 0 takes one per core.'),
      intraOpThreads: positive.describe('ONNX Runtime threads per run.'),
      batchRows: positive.describe('Rows of one run, for models that can batch.'),
      memoryBytes: count.describe(
        'Memory of the reader and writer of files; 0: a quarter of what the container may use.',
      ),
    }),
    telemetry: z.strictObject({
      emf: z
        .boolean()
        .describe(
          'Whether the metrics are written to stdout in the CloudWatch embedded metric format at the end.',
        ),
      pushgateway: baseUrl
        .nullable()
        .describe(
          'Prometheus pushgateway that gets the metrics at the end, for example http://gateway:9091; null: none.',
        ),
    }),
    logging: z.strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    }),
  })
  .describe('The whole configuration of one batch process (INFERSTACK_CONFIG with the role batch).');

/** What a batch job scores and how. */
export type BatchSpec = z.output<typeof batchSchema>;

/** The contract between a target and the batch role of the runtime. JSON, complete: the runtime decides no default. */
export type BatchConfig = z.output<typeof batchConfigSchema>;

/**
 * What a batch process ends with. Retry rules of platforms are made of them: `RETRYABLE` is worth another try, 128 + n
 * (ended by signal n, as spot capacity is taken away) too; nothing else is.
 */
export const BATCH_EXIT = {
  /** Everything is scored, or was already. */
  done: 0,
  /** A store, the network, memory, a disk or a fault: another try may succeed, and goes on where this one stopped. */
  failed: 1,
  /** The configuration is wrong. */
  badConfig: 2,
  /** The model must not serve. */
  modelRefused: 3,
  /** The data is wrong: no files, other columns than the model has, unreadable, or more bad rows than allowed. */
  badData: 6,
  /** `timeoutMs` is over; what was committed stays. */
  timedOut: 7,
} as const;

export const BATCH_RETRYABLE: readonly number[] = [BATCH_EXIT.failed];

/**
 * Metrics of a batch job in the CloudWatch embedded metric format, under the dimension `Job`, written once at the end of a
 * worker; those of the run by the worker that ends it.
 */
export const BATCH_EMF_METRICS = {
  /** Rows read by a worker. */
  rows: 'BatchRows',
  /** Of these, put aside. */
  badRows: 'BatchBadRows',
  /** From begin to end of a worker. */
  seconds: 'BatchSeconds',
  /** 1 when the worker failed, else 0. */
  failed: 'BatchFailed',
  /** Largest population stability index of a feature over the run, where the model has a baseline. */
  featureDrift: 'BatchFeatureDrift',
  /** The same of the scores. */
  scoreDrift: 'BatchScoreDrift',
} as const;
