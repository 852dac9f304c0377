import { z } from 'zod';

/** A tensor as JSON: nested arrays down to numbers, strings or booleans. */
export type NestedArray = number | string | boolean | readonly NestedArray[];

// A recursive schema would take a second for the pixels of an image: this walks them, and reading the tensor tells more.
const nested = z.custom<NestedArray>(isNestedArray, 'finite numbers, strings or booleans, in nested arrays');

function isNestedArray(value: unknown): boolean {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (!isScalar(next)) return false;
  }
  return true;
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' || typeof value === 'boolean';

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
