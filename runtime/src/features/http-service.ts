import type { FeatureSourceConfig } from '../contract';
import { fieldsOf, listOf, timeOf } from './answer-shape';
import { type FoundFeatures, namedKeys, type StoreProtocol, type Wanted } from './store-protocol';

type HttpSource = Extract<FeatureSourceConfig, { readonly type: 'http' }>;

/**
 * A service of one's own:
 *
 *     {"keys": [{"patient_id": 1}], "features": ["bmi", "bp"]}
 *     {"rows": [{"features": {"bmi": 32.1, "bp": 101}, "time": "2026-01-01T00:00:00Z"}]}
 *
 * A row for each entry of `keys`, in their order; null for an entity that is not known. `time` may be left out.
 */
export function httpProtocol({ header }: HttpSource, { keys, features }: Wanted): StoreProtocol {
  return {
    maxEntities: Number.POSITIVE_INFINITY,
    request: (entities) => ({
      path: '',
      body: { keys: entities.map((entity) => namedKeys(keys, entity)), features },
    }),
    read: (answer, entities) =>
      listOf(fieldsOf(answer, 'the whole')['rows'], 'rows', entities.length).map((row): FoundFeatures => {
        if (row === null) return { values: features.map(() => null), times: features.map(() => Number.NaN) };
        const { features: values, time } = fieldsOf(row, 'rows');
        const named = fieldsOf(values, 'features');
        const at = timeOf(time);
        return {
          values: features.map((name) => (Object.hasOwn(named, name) ? (named[name] ?? null) : null)),
          times: features.map(() => at),
        };
      }),
    authorize: (secret) => [header, header === 'authorization' ? `Bearer ${secret}` : secret],
  };
}
