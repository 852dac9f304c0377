import {
  type Baseline,
  type FieldSpec,
  type Manifest,
  type NestedArray,
  sampleSchema,
  show,
  type Tensor,
} from '@inferstack/runtime/contract';
import { SampleInputs, tensorToNested } from '@inferstack/runtime/model';
import { countEach, type FeatureStatistics, numeric } from './draft-baseline';
import { importError } from './problems';
import type { Table, TableRow } from './table';

type Value = number | string | boolean | null;
type Row = Record<string, Value>;

/** More categories than these say little one by one, and are counted together as unseen. */
const MOST_CATEGORIES = 100;

/**
 * Statistics of training rows for a model with preprocessing: of the fields as callers send them, and of the columns that
 * the preprocessing of the package itself makes of them.
 *
 * @throws ProblemError IMPORT_ROWS, and SAMPLE_MISMATCH for rows that the model would refuse.
 */
export async function fieldBaseline(
  manifest: Manifest,
  table: Table,
): Promise<Pick<Baseline, 'rows' | 'features' | 'fields'>> {
  const { fields } = manifest.preprocessing!;
  const image = fields.find(({ type }) => type === 'image');
  if (image !== undefined) {
    throw importError('IMPORT_ROWS', table.file, {
      what: `the field "${image.name}" is an image, which a CSV file does not carry`,
      remedy: 'Write baseline.json where the training images are.',
    });
  }
  const rows = readRows(fields, table);
  const sample = sampleSchema.parse({ id: table.file, rows, outputs: { none: 0 } });
  const tensors = await new SampleInputs(withoutAges(manifest)).read(sample);
  return {
    rows: rows.length,
    features: Object.fromEntries(
      manifest.signature.inputs.flatMap((input, i) => ofColumns(input, tensors[i]!)),
    ),
    fields: Object.fromEntries(fields.map((field) => [field.name, ofField(field, rows)])),
  };
}

/** Training rows are as old as they are. */
function withoutAges(manifest: Manifest): Manifest {
  const { rules, ...preprocessing } = manifest.preprocessing!;
  const kept = rules?.filter(({ check }) => check !== 'age');
  return { ...manifest, preprocessing: { ...preprocessing, rules: kept } };
}

function readRows(fields: readonly FieldSpec[], table: Table): Row[] {
  const places = fields.map((field) => [field, table.columns.indexOf(field.name)] as const);
  const missing = places.find(([field, index]) => index < 0 && field.required);
  if (missing !== undefined) {
    throw importError('IMPORT_ROWS', `${table.file}:1`, {
      what: `the column "${missing[0].name}" is missing`,
      got: show(table.columns),
      remedy: 'Add it, or correct its name.',
    });
  }
  return table.rows.map((row) =>
    Object.fromEntries(
      places.map(([field, index]) => [field.name, index < 0 ? null : cell(field, table, row, index)]),
    ),
  );
}

function cell(
  { name, type, required }: FieldSpec,
  table: Table,
  { line, cells }: TableRow,
  index: number,
): Value {
  const text = cells[index]!;
  if (text.trim() === '' && !(required && type === 'string')) return null;
  if (type === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (type === 'string' || type === 'date') return text;
  throw importError('IMPORT_ROWS', `${table.file}:${line} ${name}`, {
    what: 'the cell has no such value',
    got: show(text),
    allowed: `a ${type}`,
    remedy: 'Correct the cell.',
  });
}

/** Numbers without categories by their bins, dates by their days since 1970, everything else by how often it occurs. */
function ofField(field: FieldSpec, rows: readonly Row[]): FeatureStatistics {
  const values = rows.map((row) => row[field.name]!).filter((value) => value !== null);
  const nulls = rows.length - values.length;
  const continuous = field.type === 'date' || (field.type === 'number' && field.categories === undefined);
  if (continuous && values.length === 0) {
    const what = `the column "${field.name}" has no value`;
    throw importError('IMPORT_ROWS', 'rows', { what, remedy: 'Give rows that have some.' });
  }
  if (continuous) {
    const numbers =
      field.type === 'date' ? values.map((date) => Date.parse(String(date)) / DAY_MS) : values.map(Number);
    return { ...numeric(numbers), nulls };
  }
  return { ...categorical(field, values.map(String)), nulls };
}

const DAY_MS = 86_400_000;

/** Categories that are declared, else the most frequent ones; none of values that may not travel. */
function categorical(
  { categories, sensitivity }: FieldSpec,
  values: readonly string[],
): { kind: 'categorical'; counts: Record<string, number>; unseen: number } {
  const counts = countEach(values);
  const secret = sensitivity === 'confidential' || sensitivity === 'restricted';
  const frequent = Object.keys(counts).sort((a, b) => counts[b]! - counts[a]!);
  const listed = categories?.map(String) ?? (secret ? [] : frequent.slice(0, MOST_CATEGORIES).sort());
  const kept = Object.fromEntries(listed.map((name) => [name, counts[name] ?? 0]));
  const seen = Object.values(kept).reduce((sum, count) => sum + count, 0);
  return { kind: 'categorical', counts: kept, unseen: values.length - seen };
}

function ofColumns(
  { name, dtype, columns }: Manifest['signature']['inputs'][number],
  tensor: Tensor,
): [string, FeatureStatistics][] {
  const names = columns?.map((column) => column.name) ?? [name];
  const elements = elementsOf(tensorToNested(tensor));
  return names.map((column, i) => {
    const values = elements.filter((_, at) => at % names.length === i);
    if (dtype === 'BYTES' || columns?.[i]?.categories !== undefined)
      return [column, { kind: 'categorical', counts: countEach(values.map(String)), nulls: 0 }];
    const numbers = values.map(Number).filter((value) => !Number.isNaN(value));
    return [column, { ...numeric(numbers), nulls: values.length - numbers.length }];
  });
}

function elementsOf(nested: NestedArray): readonly (number | string | boolean)[] {
  return typeof nested === 'object' ? nested.flatMap(elementsOf) : [nested];
}
