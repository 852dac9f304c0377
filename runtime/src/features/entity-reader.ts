import type { FeatureKey } from '../contract';
import { describe, type InputProblems } from '../inference/input-problems';
import type { Entity } from './store-protocol';

export type Row = Readonly<Record<string, unknown>>;

/** Longest key, characters: it is kept in the cache and sent on. */
export const MAX_KEY_LENGTH = 512;

const ALLOWED: Readonly<Record<FeatureKey['type'], string>> = {
  string: 'a string that is not empty',
  integer: 'a whole number of at most 53 bits',
};

/** Whom a row is about; undefined after a problem was added. */
export function readEntity(
  keys: readonly FeatureKey[],
  row: Row,
  index: number,
  problems: InputProblems,
): Entity | undefined {
  const before = problems.total;
  const values = keys.map(({ field, type }) => {
    const at = `rows[${index}].${field}`;
    const value = Object.hasOwn(row, field) ? (row[field] ?? undefined) : undefined;
    if (value === undefined) {
      const remedy = 'Send it; the features of the row are looked up by it.';
      problems.add('INPUT_MISSING', at, 'the key is missing', { allowed: ALLOWED[type], remedy });
    } else if (!isKey(type, value)) {
      const rest = { got: describe(value), allowed: ALLOWED[type], remedy: 'Correct the key.' };
      problems.add('INPUT_VALUE_TYPE', at, `not a key of the type ${type}`, rest);
    } else if (String(value).length > MAX_KEY_LENGTH) {
      const rest = { got: `${String(value).length} characters`, allowed: `at most ${MAX_KEY_LENGTH}` };
      problems.add('INPUT_LENGTH', at, 'the key is too long', { ...rest, remedy: 'Correct the key.' });
    }
    return value as string | number;
  });
  return problems.total > before ? undefined : values;
}

function isKey(type: FeatureKey['type'], value: unknown): boolean {
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string' && value !== '';
}

/** The same text for the same keys, and for no others. */
export const entityId = (entity: Entity): string => JSON.stringify(entity);
