import { z } from 'zod';

const text = z.string().trim().min(1);
const value = z.union([z.string(), z.number(), z.boolean()]);

export const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='] as const;
const op = z.enum(COMPARISONS);

const field = text.describe('A field, as callers send it.');
const right = z
  .union([z.strictObject({ field }), z.strictObject({ value })])
  .describe('What it is compared with: {field: <name>} or {value: <constant>}; dates as ISO 8601 in quotes.');
const tolerance = z
  .number()
  .nonnegative()
  .default(0)
  .describe('How far the result may be beyond the bound, for sums of decimal fractions.');

const condition = z
  .union([
    z.strictObject({ field, present: z.boolean() }),
    z.strictObject({ field, in: z.array(value).min(1) }),
    z.strictObject({ field, op, value }),
  ])
  .describe(
    '{field, present}, {field, in} or {field, op, value}; a missing value is only ever `present: false`.',
  );

const rule = <Check extends string>(check: Check) => ({
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes, 1-63 characters')
    .describe('Name of the rule in errors, flags and metrics.'),
  check: z.literal(check),
  description: text.optional(),
  when: z
    .array(condition)
    .min(1)
    .optional()
    .describe('The rule binds rows that meet all of them. @default all rows'),
  onViolation: z
    .enum(['reject', 'impute', 'flag'])
    .default('reject')
    .describe('Refuse the request, take the field named by `impute` for missing, or mark the prediction.'),
  impute: text.optional().describe('With onViolation impute: the field that counts as missing then.'),
});

const CHECKS = 'compare | sum | difference | required | one-of | exclusive | age';

export const rowRuleSchema = z
  .discriminatedUnion(
    'check',
    [
      z
        .strictObject({ ...rule('compare'), left: field, op, right })
        .describe('left op right: numbers and dates in any way, strings and booleans by == and !=.'),
      z
        .strictObject({ ...rule('sum'), of: z.array(field).min(2), op, right, tolerance })
        .describe('The sum of numbers against a bound.'),
      z
        .strictObject({ ...rule('difference'), of: z.tuple([field, field]), op, right, tolerance })
        .describe('The first less the second against a bound: numbers, or dates, then in seconds.'),
      z
        .strictObject({ ...rule('required'), fields: z.array(field).min(1) })
        .describe('All of these optional fields are there; with `when`, only in rows that meet it.'),
      z
        .strictObject({ ...rule('one-of'), fields: z.array(field).min(2) })
        .describe('Exactly one of these optional fields is there.'),
      z
        .strictObject({ ...rule('exclusive'), fields: z.array(field).min(2) })
        .describe('At most one of these optional fields is there.'),
      z
        .strictObject({
          ...rule('age'),
          field: field.describe('A date.'),
          atMostSeconds: z.number().optional().describe('The date is not longer ago than this.'),
          atLeastSeconds: z
            .number()
            .optional()
            .describe('The date is at least so long ago; negative for clocks that run ahead of this one.'),
        })
        .describe('How long ago a date was when the request arrived.'),
    ],
    { error: CHECKS },
  )
  .describe('A rule between the fields of a row. Where a value it needs is missing it does not bind.');

export type RowRuleSpec = z.output<typeof rowRuleSchema>;
export type RowCondition = z.output<typeof condition>;
export type Comparison = (typeof COMPARISONS)[number];
export type RuleOperand = z.output<typeof right>;
