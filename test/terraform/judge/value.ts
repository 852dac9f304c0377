/** A value terraform does not know yet, as it came over the wire: refinements (ranges, prefixes) are kept. */
export class Unknown {
  constructor(
    readonly extension = 0,
    readonly payload: Uint8Array = new Uint8Array([0]),
  ) {}
}

/** A value of terraform's type system; sets travel as lists, objects and maps as records. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Unknown
  | Uint8Array
  | readonly Value[]
  | { readonly [k: string]: Value };

export interface ValueObject {
  readonly [name: string]: Value;
}

export function isObject(value: Value | undefined): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Uint8Array)
  );
}

/** The objects in the blocks of a kind: none when the value is not known, or not of blocks. */
export function blocksOf(value: Value | undefined): readonly ValueObject[] {
  if (isObject(value)) return [value];
  return Array.isArray(value) ? (value as readonly Value[]).filter(isObject) : [];
}

/** Whether any part of a value is not known. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (Array.isArray(value)) return (value as readonly Value[]).some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item: Value, i) => sameValue(item, b[i] as Value));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => name in b && sameValue(a[name], b[name]))
  );
}
