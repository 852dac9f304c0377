import { createHash } from 'node:crypto';
import type { AttributeSchema, BlockSchema, CtyType } from './block-schema';
import { isObject, Unknown, type Value, type ValueObject } from './value';

/**
 * What a provider of terraform's SDK plans: the proposed state, where what is computed and has no value yet becomes
 * known after apply. Terraform itself carries computed values over from the prior state into what it proposes.
 */
export function plannedState(block: BlockSchema, proposed: ValueObject): ValueObject {
  return mapComputed(block, proposed, () => new Unknown());
}

/** The state after apply: each value not known is made from its path, the same in every run. */
export function appliedState(block: BlockSchema, planned: ValueObject, seed: string): ValueObject {
  return mapComputed(block, planned, ({ type }, path) => madeUp(type, `${seed}/${path.join('/')}`));
}

type Fill = (attribute: AttributeSchema, path: readonly string[]) => Value;

function mapComputed(
  block: BlockSchema,
  state: ValueObject,
  fill: Fill,
  at: readonly string[] = [],
): ValueObject {
  const result: Record<string, Value> = { ...state };
  for (const attribute of block.attributes) {
    const value = state[attribute.name] ?? null;
    const missing = value === null ? attribute.computed : value instanceof Unknown;
    if (missing) result[attribute.name] = fill(attribute, [...at, attribute.name]);
  }
  for (const nested of block.blocks) {
    const value = state[nested.name];
    const path = [...at, nested.name];
    if (isObject(value)) result[nested.name] = mapComputed(nested.block, value, fill, path);
    else if (Array.isArray(value))
      result[nested.name] = (value as readonly Value[]).map((item, i) =>
        isObject(item) ? mapComputed(nested.block, item, fill, [...path, String(i)]) : item,
      );
  }
  return result;
}

/** A value of a type as a cloud would give it: text that differs by path, numbers and lists that do not. */
function madeUp(type: CtyType, path: string): Value {
  if (type === 'string') return madeUpText(path);
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  if (type === 'dynamic') return null;
  if (type[0] === 'map') return {};
  if (type[0] !== 'object') return [];
  return Object.fromEntries(
    Object.entries(type[1]).map(([name, field]) => [name, madeUp(field, `${path}/${name}`)]),
  );
}

/** Text in the form that other arguments demand of it. */
function madeUpText(path: string): string {
  const text = `judge-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  if (path.endsWith('/email')) return `${text}@judge.iam.gserviceaccount.com`;
  return path.endsWith('/member') ? `serviceAccount:${text}@judge.iam.gserviceaccount.com` : text;
}
