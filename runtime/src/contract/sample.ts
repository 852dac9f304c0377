import { z } from 'zod';

/** A tensor as JSON: nested arrays down to numbers, strings or booleans. */
export type NestedArray = number | string | boolean | readonly NestedArray[];

const nested: z.ZodType<NestedArray> = z.lazy(() =>
  z.union([z.number(), z.string(), z.boolean(), z.array(nested)]),
);
const tensors = z
  .record(z.string().min(1), nested)
  .refine((value) => Object.keys(value).length > 0, 'at least one tensor');

export const sampleSchema = z
  .strictObject({
    id: z.string().min(1).describe('Name of the sample in messages.'),
    inputs: tensors.describe('Graph input name -> nested arrays, batch dimension included.'),
    outputs: tensors.describe('Graph output name -> expected value.'),
    tolerance: z
      .strictObject({
        absolute: z.number().nonnegative().default(1e-5),
        relative: z.number().nonnegative().default(1e-4),
      })
      .default({ absolute: 1e-5, relative: 1e-4 })
      .describe(
        'Floats pass when |got - want| <= absolute + relative * |want|; everything else must be equal.',
      ),
  })
  .describe('A golden sample: one line of samples.jsonl.');

export type GoldenSample = z.output<typeof sampleSchema>;
