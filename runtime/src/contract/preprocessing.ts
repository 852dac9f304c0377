import { z } from 'zod';
import { imageBounds, imageStepSchema } from './images';
import { rowRuleSchema } from './row-rules';
import { sensitivity, valueRange } from './value-rules';

const text = z.string().trim().min(1);
const number = z.number();
const value = z.union([z.string(), z.number(), z.boolean()]);
const categories = z.array(value).min(1).describe('The categories of the training data, in their order.');

/** Types of single values. */
export const VALUE_TYPES = ['number', 'string', 'boolean', 'date'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export const FIELD_TYPES = [...VALUE_TYPES, 'image'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export const fieldSchema = z
  .strictObject({
    name: text.describe('Key of the value in a row.'),
    type: z
      .enum(FIELD_TYPES)
      .describe(
        'Dates are ISO 8601 strings: 2024-02-29, or 2024-02-29T13:45:00Z with Z or an offset; images are files in base64.',
      ),
    description: text.optional(),
    unit: text.optional(),
    required: z.boolean().default(true).describe('False lets callers leave the value out or send null.'),
    default: value
      .optional()
      .describe('Value used when a caller leaves it out; without it the value is missing.'),
    onMissing: z
      .literal('flag')
      .optional()
      .describe(
        'Optional fields: mark the prediction when the value is missing. @default it is not mentioned',
      ),
    range: valueRange
      .optional()
      .describe('Numbers: lowest and highest allowed value; null leaves an end open.'),
    categories: z.array(value).min(1).optional().describe('The only values allowed (strings, numbers).'),
    length: z
      .tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])
      .optional()
      .describe('Strings: fewest and most characters (code points).'),
    pattern: z.string().min(1).optional().describe('Strings: regular expression the whole value matches.'),
    ...imageBounds,
    onViolation: z
      .enum(['reject', 'impute', 'flag'])
      .default('reject')
      .describe(
        'A value against range, categories, length or pattern: refuse the request, take it for missing, or mark the prediction.',
      ),
    sensitivity,
  })
  .describe('A value as callers send it in a row.');

const field = text.describe('The field, or the name an earlier step gave its result.');
const as = text.optional().describe('Name of the result. @default the name of `field`, which it replaces');
const unknown = z
  .union([z.enum(['error', 'ignore']), z.strictObject({ index: z.number().int() })])
  .default('error')
  .describe(
    'A category that is not listed, or a missing value: refuse it, ignore it (one-hot: all 0; ordinal: missing), or take this index.',
  );
const step = <Name extends string>(name: Name) => ({ step: z.literal(name), field });

export const DATE_PARTS = ['epoch-days', 'year', 'month', 'day', 'day-of-week', 'hour'] as const;

const STEPS = 'impute | scale | clip | bin | one-hot | ordinal | date | text | image';

export const stepSchema = z
  .discriminatedUnion(
    'step',
    [
      z
        .strictObject({
          ...step('impute'),
          value: value.describe('A constant, or the mean, median or mode.'),
          as,
        })
        .describe('Replaces missing values.'),
      z
        .strictObject({
          ...step('scale'),
          mean: number.optional().describe('Standard: (x - mean) / std.'),
          std: number.positive().optional(),
          min: number.optional().describe('Min-max of the training data, mapped to `to`.'),
          max: number.optional(),
          to: z.tuple([number, number]).optional().describe('@default [0, 1]'),
          as,
        })
        .describe('Scales numbers, by mean and std or by min and max.'),
      z
        .strictObject({ ...step('clip'), low: number.optional(), high: number.optional(), as })
        .describe('Moves numbers outside into the interval.'),
      z
        .strictObject({
          ...step('bin'),
          edges: z
            .array(number)
            .min(2)
            .describe(
              'Ascending. Bin i is [edge i, edge i+1); what lies outside falls into the first or last bin.',
            ),
          as,
        })
        .describe('The number of the bin a number falls into.'),
      z
        .strictObject({
          ...step('one-hot'),
          categories,
          unknown,
          as: z
            .array(text)
            .min(1)
            .optional()
            .describe('A name for each category. @default <field>_<category>'),
        })
        .describe('A column for each category: 1 for the category of the value, else 0.'),
      z
        .strictObject({ ...step('ordinal'), categories, unknown, as })
        .describe('The position of the category in the list.'),
      z
        .strictObject({
          ...step('date'),
          part: z
            .enum(DATE_PARTS)
            .describe(
              'In UTC. Months and days count from 1, days of the week from 0 (Monday); epoch-days are whole.',
            ),
          cyclic: z
            .boolean()
            .default(false)
            .describe(
              'Sine and cosine of the position in the cycle (month, day-of-week, hour): <field>_<part>_sin, _cos.',
            ),
          as: z
            .array(text)
            .min(1)
            .max(2)
            .optional()
            .describe('@default <field>_<part>, or the two of a cycle'),
        })
        .describe('A number from a date.'),
      z
        .strictObject({
          ...step('text'),
          trim: z
            .boolean()
            .default(false)
            .describe('Removes white space from both ends, as str.strip() of Python.'),
          lowercase: z.boolean().default(false),
          as,
        })
        .describe('Cleans a string.'),
      imageStepSchema,
    ],
    { error: STEPS },
  )
  .describe('One step; it works on what the steps before it made.');

export const preprocessingSchema = z
  .strictObject({
    fields: z.array(fieldSchema).min(1),
    rules: z
      .array(rowRuleSchema)
      .min(1)
      .optional()
      .describe('Rules between the fields of a row, checked once all fields are read. @default none'),
    steps: z.array(stepSchema).default([]),
  })
  .describe(
    'How a row of raw fields becomes the columns of the signature, each of which takes the value of its name.',
  );

export type PreprocessingSpec = z.output<typeof preprocessingSchema>;
export type FieldSpec = z.output<typeof fieldSchema>;
export type StepSpec = z.output<typeof stepSchema>;
export type FieldValue = z.output<typeof value>;
export type UnknownPolicy = z.output<typeof unknown>;
