import type { Tensor } from '../../contract';
import { RequestError } from '../../errors';
import { elementAt } from '../../inference';

/** How NaN and Infinity are written: as the words that are no JSON, or as null. */
export type NonFinite = 'words' | 'null';

type Write = (tensor: Tensor, index: number) => string;

/** Whole tensors in JSON: the bare value of the only one, else an object of them. */
export function encodeWhole(outputs: readonly Tensor[], nonFinite: NonFinite): string {
  const values = outputs.map((tensor) => nested(tensor, 0, 0, tensor.data.length, writer(tensor, nonFinite)));
  return oneOrNamed(outputs, values);
}

/**
 * A JSON value for each row: the bare value of the only output, else an object of all.
 *
 * @throws RequestError REQUEST_INVALID when an output does not go along with the rows.
 */
export function encodeRows(outputs: readonly Tensor[], rows: number, nonFinite: NonFinite): string[] {
  requireRows(outputs, rows);
  const writers = outputs.map((tensor) => writer(tensor, nonFinite));
  return Array.from({ length: rows }, (_, row) => {
    const values = outputs.map((tensor, i) => {
      const size = tensor.data.length / rows;
      return nested(tensor, 1, row * size, size, writers[i]!);
    });
    return oneOrNamed(outputs, values);
  });
}

/** @throws RequestError REQUEST_INVALID when an output does not go along with the rows. */
export function requireRows(outputs: readonly Tensor[], rows: number): void {
  for (const { name, shape } of outputs) {
    if (shape[0] === rows) continue;
    const message = `Output ${name} has the shape [${shape.join(', ')}] and no entry for each of ${rows} rows.`;
    throw new RequestError('REQUEST_INVALID', `${message} Ask /v2 for tensors.`);
  }
}

function oneOrNamed(outputs: readonly Tensor[], values: readonly string[]): string {
  if (outputs.length === 1) return values[0]!;
  return `{${outputs.map(({ name }, i) => `${JSON.stringify(name)}:${values[i]}`).join(',')}}`;
}

/** The elements below one axis, in lists. */
function nested(tensor: Tensor, axis: number, offset: number, count: number, write: Write): string {
  const { shape } = tensor;
  if (axis === shape.length) return write(tensor, offset);
  const size = shape[axis]!;
  const step = count / size;
  const entries = Array.from({ length: size }, (_, i) =>
    nested(tensor, axis + 1, offset + i * step, step, write),
  );
  return `[${entries.join(',')}]`;
}

function writer({ name, dtype }: Tensor, nonFinite: NonFinite): Write {
  if (dtype === 'BYTES') return name.endsWith(BINARY_SUFFIX) ? writeBase64 : writeText;
  if (dtype === 'BOOL') return ({ data }, index) => (data[index] === 0 ? 'false' : 'true');
  return ({ data }, index) => {
    const value = elementAt(dtype, data, index);
    if (typeof value !== 'number' || Number.isFinite(value)) return String(value);
    return nonFinite === 'words' ? String(value) : 'null';
  };
}

/** By this TensorFlow Serving knows outputs that are bytes. */
const BINARY_SUFFIX = '_bytes';

const writeText: Write = ({ data }, index) => JSON.stringify(data[index]);

const writeBase64: Write = ({ data }, index) =>
  JSON.stringify({ b64: Buffer.from(data[index] as string).toString('base64') });
