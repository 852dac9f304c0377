import { isFloat, type NestedArray, show } from '@inferstack/runtime/contract';
import type { DraftSignature, DraftTensor } from '../init/draft-signature';
import { importError } from './problems';
import type { Table, TableRow } from './table';

/** One value of a row: an entry of an input with columns, or an input of one value. */
export interface TableFeature {
  readonly name: string;
  readonly input: DraftTensor;
  /** Where it stands in the rows of the table. */
  readonly index: number;
}

/**
 * Finds every value of the signature in a table. Inputs with columns take those of their names, inputs of one value a
 * row ([batch] or [batch, 1]) the column of their own name.
 *
 * @throws ProblemError IMPORT_ROWS
 */
export function tableFeatures({ inputs }: DraftSignature, table: Table): TableFeature[] {
  return inputs.flatMap((input) =>
    featureNames(input, table).map((name) => ({ name, input, index: find(table, name) })),
  );
}

function featureNames({ name, shape, columns }: DraftTensor, table: Table): readonly string[] {
  if (columns !== undefined) return columns;
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return [name];
  throw importError('IMPORT_ROWS', `${table.file}:1`, {
    what: `the columns of the input "${name}" are not known`,
    got: `${table.columns.length} columns`,
    allowed:
      shape.length === 2 ? `${shape[1]} columns, in the order of the graph` : 'inputs of one row of values',
    remedy:
      shape.length === 2
        ? 'Leave other columns out of the file, or import an MLflow folder whose signature names them.'
        : 'Write samples.jsonl by hand: rows of a CSV file cannot carry this input.',
  });
}

function find(table: Table, name: string): number {
  const index = table.columns.indexOf(name);
  if (index >= 0) return index;
  throw importError('IMPORT_ROWS', `${table.file}:1`, {
    what: `the column "${name}" is missing`,
    got: show(table.columns),
    remedy: 'Add it, or correct its name.',
  });
}

/** The batch of one row for every input. */
export function rowInputs(
  { inputs }: DraftSignature,
  features: readonly TableFeature[],
  table: Table,
  row: TableRow,
): Record<string, NestedArray> {
  return Object.fromEntries(
    inputs.map((input) => {
      const own = features.filter((feature) => feature.input === input);
      const values = own.map((feature) => element(table, row, feature));
      return [input.name, input.shape.length === 1 ? values : [values]];
    }),
  );
}

/** Undefined for an empty cell of what is not a text. */
export function cellValue(
  table: Table,
  { line, cells }: TableRow,
  { name, input, index }: TableFeature,
): number | string | boolean | undefined {
  const text = cells[index]!;
  if (input.dtype === 'BYTES') return text;
  if (text.trim() === '') return undefined;
  if (input.dtype === 'BOOL' && /^(true|false|0|1)$/i.test(text)) return /^(true|1)$/i.test(text);
  const value = Number(text);
  const whole = isFloat(input.dtype) || Number.isSafeInteger(value);
  if (input.dtype !== 'BOOL' && Number.isFinite(value) && whole) return value;
  throw badCell(table, line, name, show(text), `a value of ${input.dtype}`, 'Correct the cell.');
}

function element(table: Table, row: TableRow, feature: TableFeature): number | string | boolean {
  const value = cellValue(table, row, feature);
  if (value !== undefined) return value;
  const remedy = 'Choose rows without empty cells: golden samples hold finite values.';
  throw badCell(table, row.line, feature.name, 'an empty cell', `a value of ${feature.input.dtype}`, remedy);
}

const badCell = (
  { file }: Table,
  line: number,
  name: string,
  got: string,
  allowed: string,
  remedy: string,
): Error =>
  importError('IMPORT_ROWS', `${file}:${line} ${name}`, {
    what: 'the cell has no such value',
    got,
    allowed,
    remedy,
  });
