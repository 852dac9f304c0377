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

const rows = z
  .array(z.record(z.string().min(1), z.union([z.number(), z.string(), z.boolean(), z.null()])))
  .min(1);

const expectedPrediction = z
  .strictObject({
    label: z.string().optional(),
    score: z.number().optional(),
    value: z.number().optional(),
    decision: z.string().optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'label, score, value or decision');

export const sampleSchema = z
  .strictObject({
    id: z.string().min(1).describe('Name of the sample in messages.'),
    inputs: tensors.default({}).describe('Graph input name -> nested arrays, batch dimension included.'),
    rows: rows.optional().describe('Instead of inputs: raw fields, taken through the preprocessing.'),
    at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When the rows arrived, for models with rules on the age of dates.'),
    outputs: tensors.default({}).describe('Graph output name -> expected value.'),
    predictions: z
      .array(expectedPrediction)
      .min(1)
      .optional()
      .describe('What `predict` is to answer for each row, as far as it is named.'),
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
  .superRefine(({ inputs, rows: given, outputs, predictions }, context) => {
    const tensorsGiven = Object.keys(inputs).length > 0;
    const add = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (tensorsGiven && given !== undefined) add('rows', 'either inputs or rows');
    if (!tensorsGiven && given === undefined) add('inputs', 'inputs or rows');
    if (Object.keys(outputs).length === 0 && predictions === undefined)
      add('outputs', 'outputs or predictions');
  })
  .describe('A golden sample: one line of samples.jsonl.');

export type GoldenSample = z.output<typeof sampleSchema>;
