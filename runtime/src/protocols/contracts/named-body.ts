import { RequestError } from '../../errors';
import { describe } from '../../inference';

export type Body = Readonly<Record<string, unknown>>;

/** @throws RequestError REQUEST_INVALID */
export function asBody(value: unknown): Body {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw new RequestError('REQUEST_INVALID', `The body must be an object, got ${describe(value)}.`);
}

/**
 * The one of some keys that a body has.
 *
 * @throws RequestError REQUEST_INVALID when it has none of them, or several.
 */
export function oneOf<Key extends string>(body: Body, keys: readonly Key[]): Key {
  const [key, ...more] = keys.filter((candidate) => body[candidate] !== undefined);
  if (key !== undefined && more.length === 0) return key;
  const given = key === undefined ? 'none' : [key, ...more].join(' and ');
  throw new RequestError('REQUEST_INVALID', `The body must have one of ${keys.join(', ')}; it has ${given}.`);
}
