/** Why a row does not have its features as the store should give them. */
export type FeatureRule = 'feature-missing' | 'feature-stale' | 'feature-unavailable';

/** A field whose value is not the one of the store, or an old one: the prediction of the row says so. */
export interface FeatureFinding {
  /** Position of the row in its request. */
  readonly row: number;
  readonly field: string;
  readonly rule: FeatureRule;
  /** What the field has instead: its default, no value, or the value although it is old. */
  readonly policy: 'default' | 'null' | 'keep';
}
