import type { FeatureKey } from '../contract';

/** Whom a row is about: the values of the keys, in their order. */
export type Entity = readonly (string | number)[];

/** Time of a value that the store itself calls too old. */
export const TOO_OLD = Number.NEGATIVE_INFINITY;

/** What a store has of one entity, in the order of the features. */
export interface FoundFeatures {
  /** JSON values; null: there is none. */
  readonly values: readonly unknown[];
  /** Milliseconds since 1970; NaN: not told. */
  readonly times: readonly number[];
}

export interface StoreRequest {
  /** Added to the address of the store. */
  readonly path: string;
  readonly body: object;
}

/** How a store is asked and how its answers are read. */
export interface StoreProtocol {
  /** Entities of one request at most. */
  readonly maxEntities: number;
  request(entities: readonly Entity[]): StoreRequest;
  /**
   * One for each entity, in their order.
   *
   * @throws StoreError for an answer of another form.
   */
  read(answer: unknown, entities: readonly Entity[]): FoundFeatures[];
  /** Header that says who asks. */
  authorize(secret: string): readonly [name: string, value: string];
}

/** What a protocol asks for. */
export interface Wanted {
  readonly keys: readonly FeatureKey[];
  /** Names in the store. */
  readonly features: readonly string[];
}

/** The keys of one entity by their names in the store. */
export function namedKeys(keys: readonly FeatureKey[], entity: Entity): Record<string, string | number> {
  return Object.fromEntries(keys.map(({ key }, i) => [key, entity[i]!]));
}
