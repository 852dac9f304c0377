import type { FieldSpec, FieldType, InputSpec, Manifest } from '../contract';
import { isFloat } from '../contract';

export type RowValueKind = 'number' | 'string' | 'boolean' | 'array';

/** One value of a row, as `predict` takes it. */
export interface RowValue {
  readonly name: string;
  readonly kind: RowValueKind;
  /** Whether it may be left out or null. */
  readonly optional: boolean;
  /** Values outside are refused. */
  readonly range?: RowRange | undefined;
  /** Other values are refused. */
  readonly categories?: readonly unknown[] | undefined;
}

type RowRange = readonly [low: number | null, high: number | null];

/** The values of a row: raw fields, or columns and whole inputs of the signature. */
export function rowValues({
  signature,
  preprocessing,
}: Pick<Manifest, 'signature' | 'preprocessing'>): RowValue[] {
  return preprocessing ? preprocessing.fields.map(rawField) : signature.inputs.flatMap(ofInput);
}

/** Whether the values of an input are given one by one, by the names of its columns. */
export function hasNamedValues({ columns, shape }: InputSpec): boolean {
  const outer = shape.slice(typeof shape[0] === 'string' ? 1 : 0, -1);
  return columns !== undefined && outer.every((size) => size === 1);
}

/** How JSON carries the values of a type. */
const KINDS: Readonly<Record<FieldType, RowValueKind>> = {
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  date: 'string',
  image: 'string',
};

function rawField({ name, type, required, range, categories, onViolation }: FieldSpec): RowValue {
  const rules = onViolation === 'reject' ? { range, categories } : {};
  return { name, kind: KINDS[type], optional: !required, ...rules };
}

function ofInput(input: InputSpec): RowValue[] {
  if (!hasNamedValues(input)) return [{ name: input.name, kind: 'array', optional: false }];
  const { dtype } = input;
  const kind = dtype === 'BYTES' ? 'string' : dtype === 'BOOL' ? 'boolean' : 'number';
  return input.columns!.map((column) => ({
    name: column.name,
    kind,
    range: column.range,
    categories: column.categories,
    optional: !column.required && (column.default !== undefined || isFloat(dtype)),
  }));
}
