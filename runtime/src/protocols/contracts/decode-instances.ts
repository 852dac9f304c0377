import type { Tensor } from '../../contract';
import { RequestError } from '../../errors';
import { describe, InputProblems, type ModelInstance } from '../../inference';
import { FormProblems } from '../../inference/form-problems';
import { isBase64, withoutBase64 } from './base64-text';
import { readNested } from './nested-value';

/** A request in the form the service takes. */
export type Decoded =
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'tensors'; readonly tensors: readonly Tensor[]; readonly rows: number };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads rows: objects of named columns or of named inputs, or the bare values of the only input.
 *
 * @param at what the rows are called in messages.
 * @throws RequestError REQUEST_INVALID, INPUT_INVALID
 */
export function decodeInstances(instance: ModelInstance, given: unknown, at = 'instances'): Decoded {
  if (!Array.isArray(given)) throw invalid(`${at} must be a list, got ${describe(given)}.`);
  if (given.length === 0) throw invalid(`${at} must have at least one entry.`);
  const objects = given.filter(isFields).length;
  const list = instance.manifest.signature.inputs.some(({ dtype }) => dtype === 'BYTES')
    ? (withoutBase64(given) as readonly unknown[])
    : given;
  if (objects === 0) return bareValues(instance, list, at);
  if (objects < given.length) throw invalid(`${at} must be objects or values, not both.`);
  return namedValues(instance, list as readonly Fields[], at);
}

/**
 * Reads columns: an object of lists by column or input, or the list of the only input.
 *
 * @throws RequestError REQUEST_INVALID, INPUT_INVALID
 */
export function decodeColumns(instance: ModelInstance, given: unknown, at = 'inputs'): Decoded {
  const { inputs } = instance.manifest.signature;
  const value = inputs.some(({ dtype }) => dtype === 'BYTES') ? withoutBase64(given) : given;
  if (!isFields(value)) return bareValues(instance, value, at);
  const names = Object.keys(value);
  if (names.length === 0) throw invalid(`${at} must have at least one entry.`);
  // A field may have the name of an input: then it means the field, as it does in rows.
  const fields = instance.manifest.preprocessing && names.every((name) => instance.rows.names.has(name));
  if (!fields && names.every((name) => inputs.some((input) => input.name === name)))
    return tensors(instance, value, at);
  return { kind: 'rows', rows: transposed(value, at).map((row) => unwrapped(instance, row)) };
}

/** Whether a value names what is in it; base64 is a value. */
function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBase64(value);
}

function bareValues(instance: ModelInstance, value: unknown, at: string): Decoded {
  const [input, ...more] = instance.manifest.signature.inputs;
  if (more.length === 0) return tensors(instance, { [input!.name]: value }, at);
  const names = instance.manifest.signature.inputs.map(({ name }) => name).join(', ');
  throw invalid(`${at}: the model has several inputs (${names}); name the values, ${at} being objects.`);
}

/** Rows of columns where every name is one; else rows of whole inputs. */
function namedValues(instance: ModelInstance, list: readonly Fields[], at: string): Decoded {
  const { inputs } = instance.manifest.signature;
  const isInput = (name: string) => inputs.some((input) => input.name === name);
  const wholes = Object.keys(list[0]!).some((name) => isInput(name) && !instance.rows.names.has(name));
  if (!wholes) return { kind: 'rows', rows: list.map((row) => unwrapped(instance, row)) };
  const names = Object.keys(list[0]!);
  if (
    list.some(
      (row) => Object.keys(row).length !== names.length || !names.every((name) => Object.hasOwn(row, name)),
    )
  ) {
    throw invalid(`${at} must all have the same names.`);
  }
  return tensors(instance, Object.fromEntries(names.map((name) => [name, list.map((row) => row[name])])), at);
}

/** TensorFlow writes a column of shape [batch, 1] as lists of one value. */
function unwrapped({ manifest }: ModelInstance, row: Fields): Fields {
  const lists = Object.entries(row).filter(([, value]) => Array.isArray(value) && value.length === 1);
  if (lists.length === 0) return row;
  const whole = new Set(manifest.signature.inputs.filter(({ columns }) => !columns).map(({ name }) => name));
  const single = lists
    .filter(([name]) => !whole.has(name))
    .map(([name, value]) => [name, (value as unknown[])[0]]);
  return { ...row, ...Object.fromEntries(single) };
}

function transposed(columns: Fields, at: string): Fields[] {
  const entries = Object.entries(columns);
  const count = Array.isArray(entries[0]![1]) ? entries[0]![1].length : 0;
  for (const [name, values] of entries) {
    if (Array.isArray(values) && values.length === count && count > 0) continue;
    throw invalid(`${at}.${name.slice(0, 64)} must be a list of as many values as the other columns.`);
  }
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(entries.map(([name, values]) => [name, (values as unknown[])[row]])),
  );
}

function tensors({ manifest }: ModelInstance, fields: Fields, at: string): Decoded {
  const form = new FormProblems();
  const values = new InputProblems();
  const read = Object.entries(fields).flatMap(([name, value]) => {
    const spec = manifest.signature.inputs.find((input) => input.name === name);
    if (spec === undefined) {
      const known = manifest.signature.inputs.map((input) => input.name).join(', ');
      form.add(`${at}.${name.slice(0, 64)}`, 'a name the model does not have', `the inputs ${known}`);
      return [];
    }
    return readNested(spec, value, { at: `${at}.${name}`, form, values }) ?? [];
  });
  form.throwIfAny();
  values.throwIfAny();
  return { kind: 'tensors', tensors: read, rows: read[0]?.shape[0] ?? 1 };
}

function invalid(message: string): RequestError {
  return new RequestError('REQUEST_INVALID', message);
}
