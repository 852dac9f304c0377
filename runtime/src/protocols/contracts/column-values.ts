import type { Dtype, FieldType } from '../../contract';
import type { ModelInstance } from '../../inference';

/** What the cells of a field are read as; an empty date is missing, as an empty number is. */
const FIELD_DTYPES: Readonly<Record<FieldType, Dtype>> = {
  number: 'FP64',
  string: 'BYTES',
  boolean: 'BOOL',
  date: 'FP64',
  image: 'BYTES',
};

/** By the names rows use. */
export function columnDtypes({ manifest }: Pick<ModelInstance, 'manifest'>): Map<string, Dtype> {
  const { signature, preprocessing } = manifest;
  const { inputs } = signature;
  if (preprocessing !== undefined) {
    return new Map(preprocessing.fields.map(({ name, type }) => [name, FIELD_DTYPES[type]]));
  }
  return new Map(
    inputs.flatMap(({ name, dtype, columns }) =>
      columns === undefined
        ? [[name, dtype] as const]
        : columns.map((column) => [column.name, dtype] as const),
    ),
  );
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
const WHOLE = /^-?\d+$/;
const MISSING: ReadonlySet<string> = new Set(['', 'nan', 'na', 'null', 'none']);

/** A cell as JSON would have it; what does not fit is left to the checks of the model. */
export function cell(text: string, dtype: Dtype | undefined, decimal: '.' | ',' = '.'): unknown {
  if (dtype === 'BYTES') return text;
  const value = text.trim();
  if (MISSING.has(value.toLowerCase())) return null;
  if (dtype === 'BOOL') return /^(true|1)$/i.test(value) ? true : /^(false|0)$/i.test(value) ? false : text;
  if ((dtype === 'INT64' || dtype === 'UINT64') && WHOLE.test(value)) return value;
  if (decimal === '.') return NUMBER.test(value) ? Number(value) : text;
  return DECIMAL_COMMA.test(value) ? Number(value.replace(',', '.')) : text;
}
