import { RequestError } from '../../errors';
import { describe, type ModelInstance } from '../../inference';
import { type Decoded, decodeInstances } from './decode-instances';

/**
 * Reads a data frame as pandas writes it with orient="split": `{columns, data}`, and an index that says nothing.
 * Without columns its rows are the values of the only input.
 *
 * @throws RequestError REQUEST_INVALID, INPUT_INVALID
 */
export function decodeDataframe(instance: ModelInstance, value: unknown, at: string): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${at} must be an object with columns and data, got ${describe(value)}.`);
  }
  const { columns, data } = value as { readonly columns?: unknown; readonly data?: unknown };
  if (columns === undefined) return decodeInstances(instance, data, `${at}.data`);
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string')) {
    throw invalid(`${at}.columns must be a list of names, got ${describe(columns)}.`);
  }
  if (new Set(columns).size < columns.length) throw invalid(`${at}.columns has a name twice.`);
  if (!Array.isArray(data)) throw invalid(`${at}.data must be a list of rows, got ${describe(data)}.`);
  return decodeInstances(
    instance,
    data.map((row, i) => named(columns, row, `${at}.data[${i}]`)),
    at,
  );
}

/** A row with names. @throws RequestError REQUEST_INVALID when there is not a value for each. */
export function named(columns: readonly string[], row: unknown, at: string): Record<string, unknown> {
  if (Array.isArray(row) && row.length === columns.length) {
    return Object.fromEntries(columns.map((name, i) => [name, row[i]]));
  }
  throw invalid(`${at} must be a list of ${columns.length} values, got ${describe(row)}.`);
}

function invalid(message: string): RequestError {
  return new RequestError('REQUEST_INVALID', message);
}
