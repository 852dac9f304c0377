import type { BatchSpec, Dtype, InputSpec, Manifest } from '../contract';
import { BatchError, type BatchProblem } from './problems';

/** What a value of a field is in a file. `digits`: whole numbers that may need all of their 64 bits. */
export type FieldKind = 'number' | 'digits' | 'string' | 'boolean' | 'date' | 'nested';

/** A value of the model's rows, and the column it comes from. */
export interface ModelField {
  readonly name: string;
  readonly column: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** Whether the value may be written into reports and quarantine. */
  readonly shown: boolean;
}

type Field = Omit<ModelField, 'column'>;

/**
 * The fields of a model with the columns they come from.
 *
 * @throws BatchError BATCH_MODEL_UNSUPPORTED, also for a mapping to a field that does not exist
 */
export function modelFields(manifest: Manifest, input: BatchSpec['input']): ModelField[] {
  const subject = `${manifest.name}/${manifest.version}`;
  const fields = fieldsOf(manifest);
  const problems: BatchProblem[] = fields
    .filter(({ kind }) => kind === 'image')
    .map(({ name }) => unsupported(`${subject}: ${name}`, 'images are not scored from files', ENDPOINT));
  if (manifest.prediction === undefined)
    problems.push(unsupported(subject, 'the model says nothing about predictions', PREDICTION));
  const known = new Set(fields.map(({ name }) => name));
  for (const [column, field] of Object.entries(input.columns))
    if (!known.has(field)) problems.push(unknownField(column, field, [...known]));
  if (problems.length > 0) throw new BatchError(...problems);
  const columnOf = new Map(Object.entries(input.columns).map(([column, field]) => [field, column]));
  return (fields as Field[]).map((field) => ({ ...field, column: columnOf.get(field.name) ?? field.name }));
}

const ENDPOINT = 'Score images through an endpoint.';
const PREDICTION = 'Add a prediction section to model.yaml.';

function fieldsOf({
  preprocessing,
  signature,
}: Manifest): (Omit<Field, 'kind'> & { kind: FieldKind | 'image' })[] {
  if (preprocessing === undefined) return signature.inputs.flatMap(inputFields);
  return preprocessing.fields.map(({ name, type, required, sensitivity }) => {
    return { name, kind: type, required, shown: isShown(sensitivity) };
  });
}

function inputFields({ name, dtype, shape, columns, sensitivity }: InputSpec): Field[] {
  const outer = shape.slice(typeof shape[0] === 'string' ? 1 : 0, -1);
  if (columns === undefined || !outer.every((dimension) => dimension === 1))
    return [{ name, kind: 'nested', required: true, shown: isShown(sensitivity) }];
  return columns.map((column) => ({
    name: column.name,
    kind: kindOf(dtype),
    required: column.required,
    shown: isShown(column.sensitivity),
  }));
}

function kindOf(dtype: Dtype): FieldKind {
  if (dtype === 'BYTES') return 'string';
  if (dtype === 'BOOL') return 'boolean';
  return dtype === 'INT64' || dtype === 'UINT64' ? 'digits' : 'number';
}

/** As records do: what is confidential or restricted leaves no trace. */
const isShown = (sensitivity: string): boolean => sensitivity === 'public' || sensitivity === 'internal';

function unsupported(at: string, what: string, remedy: string): BatchProblem {
  return { code: 'BATCH_MODEL_UNSUPPORTED', at, what, remedy };
}

function unknownField(column: string, field: string, known: readonly string[]): BatchProblem {
  return {
    code: 'BATCH_MODEL_UNSUPPORTED',
    at: `batch.input.columns.${column}`,
    what: 'the model has no such field',
    got: field,
    allowed: known.join(', '),
    remedy: 'Map the column to a field of the model.',
  };
}
