import { z } from 'zod';
import { baseUrl } from './base-url';
import { modelName, modelVersion } from './manifest';
import { secretPlaceSchema } from './secret-place';

const milliseconds = z.number().int().nonnegative();
const percent = z.number().min(0).max(100);
const ratio = z.number().min(0).max(1);
const count = z.number().int().positive();

const common = {
  name: z.string().min(1).describe('Name of the gate in logs, metrics and answers.'),
  minSamples: count.describe(
    'Answers of the candidate needed before the gate says anything but inconclusive.',
  ),
};
const windowed = {
  ...common,
  windowMs: milliseconds.min(1).describe('Time the figure is taken over.'),
  failAfter: z
    .strictObject({ failed: count, of: count })
    .describe('The gate fails when so many of the last so many windows did.'),
};
const confidence = z
  .number()
  .min(0.5)
  .max(0.999)
  .describe('How sure the gate must be, two-sided: 0.95 leaves one in twenty to chance.');

/**
 * What a candidate may take longer than stable however fast that is, milliseconds: it runs in a process of its own, and a
 * model that takes microseconds would fail for the way there alone. Whoever compares with stable allows as much.
 */
export const STABLE_SLACK_MS = 5;

/** What a candidate must not do worse than. Data: the same document drives runtime, alarms and analyses. */
export const gateSchema = z.discriminatedUnion('metric', [
  z.strictObject({
    metric: z.literal('errors'),
    ...windowed,
    maxRatio: ratio.describe('Highest share of requests the candidate may fail.'),
  }),
  z.strictObject({
    metric: z.literal('latency'),
    ...windowed,
    quantile: z.number().min(0.5).max(0.999).describe('Of the time to answer, for example 0.99.'),
    maxMs: z.number().positive().nullable().describe('Highest allowed; null compares with stable alone.'),
    maxRatioToStable: z
      .number()
      .min(1)
      .nullable()
      .describe('Highest allowed as a multiple of the same quantile of stable; null does not compare.'),
  }),
  z.strictObject({
    metric: z.literal('agreement'),
    ...common,
    minRatio: ratio.describe('Least share of rows on which candidate and stable say the same.'),
    confidence,
  }),
  z.strictObject({
    metric: z.literal('score_distance'),
    ...common,
    maxMean: z.number().positive().describe('Highest mean distance between the scores of both.'),
    confidence,
  }),
  z.strictObject({
    metric: z.literal('prometheus'),
    ...common,
    windowMs: milliseconds.min(1000).describe('Time between two queries.'),
    failAfter: z
      .strictObject({ failed: count, of: count })
      .describe('The gate fails when so many of the last so many figures are out of bounds.'),
    url: baseUrl.describe(
      'Base address of a server with the HTTP API of Prometheus; /api/v1/query is added.',
    ),
    query: z.string().min(1).describe('PromQL that gives one number. None, or NaN, says nothing.'),
    max: z.number().nullable().describe('Highest allowed; null: any.'),
    min: z.number().nullable().describe('Least allowed; null: any.'),
  }),
]);

export type Gate = z.output<typeof gateSchema>;

const step = z.strictObject({
  percent: percent.describe('Share of the requests the candidate answers.'),
  shadowPercent: percent.describe(
    'Share of the requests that the version which did not answer computes too, afterwards, to be compared.',
  ),
  holdMs: milliseconds.describe('Least time before the next step.'),
});

export const rolloutSchema = z.strictObject({
  model: modelName,
  stable: modelVersion.describe('The version that answers whatever the candidate does not.'),
  candidate: modelVersion.describe('The version that is to take over; runs in processes of its own.'),
  steps: z.array(step).min(1),
  gates: z.array(gateSchema).min(1).describe('A rollout that nothing can stop is none.'),
  stickyHeader: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'a header name in lower case')
    .nullable()
    .describe('Requests with the same value of this header get the same version; null spreads them evenly.'),
  promotion: z
    .enum(['automatic', 'manual'])
    .describe('Whether the candidate takes over by itself after the last step, or waits to be told.'),
  onInconclusive: z
    .enum(['hold', 'rollback'])
    .describe('What happens at the end of a step when a gate has not seen enough.'),
  fallbackMs: milliseconds
    .min(1)
    .describe(
      'A request the candidate has not answered by then is answered by stable, and counts as its error.',
    ),
  candidateMemoryBytes: z
    .number()
    .int()
    .nonnegative()
    .describe(
      'Memory one worker process of the candidate may take, files it maps not counted; more ends the rollout. 0: its share of half of what the container, or the machine, may use.',
    ),
  shadowQueue: count.describe('Comparisons waiting at most; more are dropped and counted.'),
  evaluateMs: milliseconds.min(10).describe('Time between two looks at the gates.'),
});

export const rolloutsSchema = z
  .strictObject({
    adminKeys: secretPlaceSchema
      .nullable()
      .describe(
        'One `<name>:<sha256 of the key, hex>` a line: who may promote, roll back and stop on the management listener; null lets nobody.',
      ),
    rollouts: z.array(rolloutSchema).min(1),
  })
  .describe('Versions that are to take over from others step by step, watched.');

export type RolloutConfig = z.output<typeof rolloutSchema>;
