import { z } from 'zod';

/** What every text format has in common. */
export const encoding = z
  .enum(['utf-8', 'latin1', 'utf-16'])
  .describe('Of the text. utf-16 has a byte order mark; read without one it is little-endian.');
const decimal = z.enum(['.', ',']).describe('What stands between whole and fraction of a number.');
export const map = z.string().min(1).max(16_384).nullable();
const name = z.string().min(1);
const one = z.string().length(1);
const lineEnd = z.enum(['\n', '\r\n']);

const csv = {
  format: z.literal('csv'),
  delimiter: one.describe('Between two values of a line.'),
  quote: one.nullable().describe('Around values, doubled inside of them; null: values are never quoted.'),
  header: z.boolean().describe('Whether the first line names the columns.'),
  columns: z.array(name).min(1).nullable().describe('Names of the columns, in order.'),
  encoding,
  decimal,
};

export const csvRequest = z.strictObject({
  ...csv,
  nullTokens: z.array(z.string()).describe('Texts that say a value is missing, whatever their case.'),
  map,
});

export const csvResponse = z.strictObject({
  ...csv,
  lineEnd,
  nullToken: z.string().describe('Written for a missing value.'),
});

const place = {
  name,
  start: z.number().int().min(1).describe('First character of the column; a record starts with 1.'),
  length: z.number().int().min(1).describe('Characters of the column.'),
};

const textColumn = z.strictObject({
  ...place,
  type: z.literal('text'),
  align: z.enum(['left', 'right']),
  pad: one.describe('Fills the column up.'),
  trim: z.boolean().describe('Whether the filling is taken off again when the column is read.'),
});

const numberColumn = z.strictObject({
  ...place,
  type: z.literal('number'),
  decimals: z.number().int().min(0).max(18).describe('Digits behind the decimal point.'),
  point: z.enum(['implied', '.', ',']).describe('The decimal point; implied: it is not written.'),
  sign: z
    .enum(['none', 'leading', 'trailing', 'overpunch'])
    .describe('Where the sign stands; overpunch: in the last digit, as COBOL does in SIGN TRAILING.'),
  plus: z.enum(['+', ' ']).describe('The sign of what is not negative. Read are both.'),
  pad: z.enum(['0', ' ']).describe('Fills the column up on the left.'),
});

export const fixedColumn = z.discriminatedUnion('type', [textColumn, numberColumn]);
export type FixedColumn = z.output<typeof fixedColumn>;

export const fixedWidth = {
  format: z.literal('fixed-width'),
  recordLength: z.number().int().min(1).describe('Characters of a record, without what ends it.'),
  separator: z
    .enum(['\n', '\r\n', ''])
    .describe('What ends a record; empty: nothing. Both line ends are read.'),
  columns: z.array(fixedColumn).min(1),
  encoding,
};

const fields = z
  .record(name, name)
  .nullable()
  .describe(
    'Name in a row -> where it stands: elements by `/`, an attribute by `@`. null: each by its name.',
  );
const namespace = z.string().min(1);
export const element = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'the name of an XML element, without prefix');

export const xmlRequest = z.strictObject({
  format: z.literal('xml'),
  rows: z
    .string()
    .min(1)
    .nullable()
    .describe(
      'Elements that are rows, from the root: `Batch/Record`. null: map is given the whole document.',
    ),
  fields,
  namespace: namespace.nullable().describe('Which the elements must have; null: any.'),
  map,
});

export const soapRequest = z.strictObject({
  format: z.literal('soap'),
  version: z.enum(['1.1', '1.2', 'any']).describe('Of the envelope.'),
  operation: element.describe('Element in the body.'),
  namespace: namespace.describe('Of the operation.'),
  row: element.describe('Element in the operation that is a row.'),
  fields,
  map,
});

export const xmlResponse = z.strictObject({
  format: z.literal('xml'),
  root: element,
  row: element,
  namespace: namespace.nullable(),
});

export const soapResponse = z.strictObject({
  format: z.literal('soap'),
  operation: element.describe('Element in the body.'),
  row: element,
});
