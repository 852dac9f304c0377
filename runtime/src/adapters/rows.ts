import type { Problem } from '../contract';
import { RequestError } from '../errors';
import { describe, type ModelInstance } from '../inference';
import { cell, columnDtypes } from '../protocols/contracts/column-values';
import { invalid } from './parsed-body';

type Row = Readonly<Record<string, unknown>>;

/** Rows for the service: what a mapping gave, or a body without one. @throws RequestError REQUEST_INVALID */
export function asRows(value: unknown): Row[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || value === undefined) throw invalid('The request has no row.');
  list.forEach((row, index) => {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return;
    throw invalid(`Row ${index + 1} must be an object of names and values, got ${describe(row)}.`);
  });
  return list as Row[];
}

/** Values that came as text, as the columns of the model have them; what does not fit is left to its checks. */
export function readTexts(rows: readonly Row[], instance: ModelInstance, decimal: '.' | ','): Row[] {
  const dtypes = columnDtypes(instance);
  const read = (value: unknown, name: string): unknown => {
    // A name the model does not have may be the key of a feature: 00123 is no number.
    if (typeof value === 'string') return dtypes.has(name) ? cell(value, dtypes.get(name), decimal) : value;
    return Array.isArray(value) ? value.map((entry) => read(entry, name)) : value;
  };
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, read(value, name)])),
  );
}

const ROW = /^rows\[(\d+)\]/;

/**
 * The error with the places where its rows stand in what the caller sent. Where a mapping has made other rows of them
 * there are no such places.
 */
export function located(error: unknown, places: readonly string[], rows: number): unknown {
  if (!(error instanceof RequestError) || places.length !== rows) return error;
  const at = (text: string) => {
    const index = ROW.exec(text)?.[1];
    return index === undefined ? text : text.replace(ROW, places[Number(index)]!);
  };
  const problems: Problem[] = error.problems.map((problem) => ({ ...problem, at: at(problem.at) }));
  const { omitted, retryAfterSeconds, cause } = error;
  return new RequestError(error.code, at(error.message), {
    ...{ problems, omitted, cause },
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
