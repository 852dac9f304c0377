import { StoreError } from './store-error';

type Fields = Readonly<Record<string, unknown>>;

/** Reads an answer of another's making: what has not the form that is documented is an error of the store. */
export function fieldsOf(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new StoreError('error', `${at} of the answer is not an object`);
}

/** @param length how many entries there have to be. @default - any number */
export function listOf(value: unknown, at: string, length?: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new StoreError('error', `${at} of the answer is not a list`);
  if (length === undefined || value.length === length) return value;
  throw new StoreError('error', `${at} of the answer has ${value.length} entries instead of ${length}`);
}

/** Where each wanted name stands in a list of names. */
export function positionsOf(wanted: readonly string[], names: readonly unknown[], at: string): number[] {
  return wanted.map((name) => {
    const position = names.indexOf(name);
    if (position >= 0) return position;
    throw new StoreError('error', `${at} of the answer does not name the feature ${name}`);
  });
}

/** A time of the answer as milliseconds since 1970; NaN when none is told. 1970 itself is how proto3 tells none. */
export function timeOf(value: unknown): number {
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return time > 0 ? time : Number.NaN;
}
