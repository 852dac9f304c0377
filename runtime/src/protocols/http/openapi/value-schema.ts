import { type ColumnSpec, type Dimension, type Dtype, isFloat, isInteger } from '../../../contract';
import { integerBounds } from '../../../model/integer-bounds';
import { compact, type Schema } from './schema';

type Range = ColumnSpec['range'];

/** Beyond this a JSON number is not exact, and digits in a string take its place. */
const WIDE: ReadonlySet<Dtype> = new Set(['INT64', 'UINT64']);
const DIGITS = { type: 'string', pattern: '^-?\\d{1,20}$' };

/** What one element may be in JSON. `nullable`: null stands for a missing value. */
export function elementSchema(dtype: Dtype, range: Range, nullable: boolean): Schema {
  if (dtype === 'BYTES' || dtype === 'BOOL') return typed(dtype === 'BOOL' ? 'boolean' : 'string', nullable);
  const [low, high] = range ?? [null, null];
  const bounds = { minimum: low ?? undefined, maximum: high ?? undefined };
  if (isFloat(dtype)) return compact({ ...typed('number', nullable), ...bounds });
  const [least, most] = isInteger(dtype) && !WIDE.has(dtype) ? integerBounds(dtype).map(Number) : [];
  const integer = compact({
    ...typed('integer', nullable),
    minimum: bounds.minimum ?? least,
    maximum: bounds.maximum ?? most,
  });
  return WIDE.has(dtype) ? { anyOf: [integer, DIGITS] } : integer;
}

/** A value a caller gives by its name. */
export function columnSchema(column: ColumnSpec, dtype: Dtype): Schema {
  const { description, unit, range, categories, sensitivity } = column;
  const optional = isOptional(column, dtype);
  const fallback = dtype === 'BOOL' ? booleanDefault(column) : column.default;
  const allowed = categories && {
    enum: optional ? [...values(categories, dtype), null] : values(categories, dtype),
  };
  return compact({
    ...elementSchema(dtype, range, optional),
    ...allowed,
    description: describe(description, unit),
    default: optional ? (fallback ?? null) : undefined,
    'x-unit': unit,
    'x-sensitivity': sensitivity,
  });
}

/** Whether a caller may leave the value out: there is something to compute with instead. */
export function isOptional({ required, default: fallback }: ColumnSpec, dtype: Dtype): boolean {
  return !required && (isFloat(dtype) || fallback !== undefined);
}

/** Nested arrays of the given sizes; a name stands for any size. */
export function nestedSchema(shape: readonly Dimension[], element: Schema): Schema {
  return shape.reduceRight<Schema>((items, size) => {
    const sizes = typeof size === 'number' ? { minItems: size, maxItems: size } : {};
    return { type: 'array', items, ...sizes };
  }, element);
}

function typed(type: string, nullable: boolean): { type: string | string[] } {
  return { type: nullable ? [type, 'null'] : type };
}

function values(categories: readonly (string | number)[], dtype: Dtype): (string | number)[] {
  return categories.map((category) => (dtype === 'BYTES' ? String(category) : Number(category)));
}

function booleanDefault({ default: fallback }: ColumnSpec): boolean | undefined {
  return fallback === undefined ? undefined : Boolean(fallback);
}

function describe(description: string | undefined, unit: string | undefined): string | undefined {
  if (unit === undefined) return description;
  return description === undefined ? `In ${unit}.` : `${description}, in ${unit}`;
}
