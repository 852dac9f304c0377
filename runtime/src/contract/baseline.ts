import { z } from 'zod';
import { API_VERSION } from './manifest';

const count = z.number().int().nonnegative();

const histogram = z
  .strictObject({
    edges: z
      .array(z.number())
      .min(2)
      .describe('Ascending bin edges; bin i is [edge i, edge i+1), the last one closed.'),
    counts: z.array(count).describe('Rows under the first edge, in each bin, and over the last edge.'),
  })
  .refine((h) => h.counts.length === h.edges.length + 1, 'one count more than edges (under, bins, over)')
  .refine((h) => h.edges.every((edge, i) => i === 0 || edge > h.edges[i - 1]!), 'strictly ascending edges');

const numericFeature = z
  .strictObject({
    kind: z.literal('numeric'),
    edges: z.array(z.number()).min(2),
    counts: z.array(count),
    nulls: count,
    mean: z.number(),
    std: z.number().nonnegative(),
    min: z.number(),
    max: z.number(),
  })
  .refine((f) => f.counts.length === f.edges.length + 1, 'one count more than edges (under, bins, over)')
  .refine((f) => f.edges.every((edge, i) => i === 0 || edge > f.edges[i - 1]!), 'strictly ascending edges');

const categoricalFeature = z.strictObject({
  kind: z.literal('categorical'),
  counts: z.record(z.string(), count),
  unseen: count.optional().describe('Rows whose value is none of those counted. @default 0'),
  nulls: count,
});

const statistics = z.record(z.string(), z.discriminatedUnion('kind', [numericFeature, categoricalFeature]));

export const baselineSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Baseline'),
    rows: count.describe('Training rows counted.'),
    features: statistics.describe('By column of the signature, or input without columns.'),
    fields: statistics
      .optional()
      .describe(
        'By field of the preprocessing, as callers send it: numbers and dates (days since 1970) by bins, the rest by category.',
      ),
    scores: histogram.optional(),
    labels: z.record(z.string(), count).optional(),
    calibration: z
      .array(z.strictObject({ score: z.number(), rate: z.number().min(0).max(1), rows: count }))
      .optional()
      .describe('Observed positive rate by predicted score.'),
  })
  .describe('Statistics of the training data, against which drift is measured (baseline.json).');

export type Baseline = z.output<typeof baselineSchema>;
