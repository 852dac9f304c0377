import type { FeatureSourceConfig } from '../contract';
import { isReference } from '../model';
import { fieldsOf, listOf, positionsOf, timeOf } from './answer-shape';
import { type FoundFeatures, type StoreProtocol, TOO_OLD, type Wanted } from './store-protocol';

type FeastSource = Extract<FeatureSourceConfig, { readonly type: 'feast' }>;

/**
 * The Feast feature server. It answers column by column, in an order of its own, and tells names and order in
 * `metadata.feature_names`; the keys are columns too.
 *
 * Source: https://github.com/feast-dev/feast sdk/python/feast/feature_server.py (`get_online_features`), and
 * protos/feast/serving/ServingService.proto for the statuses. Read at 0.67.0.
 */
export function feastProtocol({ featureService }: FeastSource, { keys, features }: Wanted): StoreProtocol {
  const full = features.every(isReference);
  // `view:feature` is answered as `view__feature`.
  const names = full ? features.map((name) => name.replace(':', '__')) : features;
  const asked = featureService === null ? { features } : { feature_service: featureService };
  return {
    maxEntities: Number.POSITIVE_INFINITY,
    request: (entities) => ({
      path: '/get-online-features',
      body: {
        ...asked,
        entities: Object.fromEntries(keys.map(({ key }, i) => [key, entities.map((entity) => entity[i])])),
        full_feature_names: full,
      },
    }),
    read: (answer, entities) => {
      const { metadata, results } = fieldsOf(answer, 'the whole');
      const { feature_names } = fieldsOf(metadata, 'metadata');
      const told = listOf(feature_names, 'metadata.feature_names');
      const columns = listOf(results, 'results', told.length);
      const wanted = positionsOf(names, told, 'metadata.feature_names').map((position) =>
        readColumn(columns[position], entities.length),
      );
      return entities.map(
        (_, row): FoundFeatures => ({
          values: wanted.map(({ values }) => values[row] ?? null),
          times: wanted.map(({ times }) => times[row]!),
        }),
      );
    },
    authorize: (secret) => ['authorization', `Bearer ${secret}`],
  };
}

interface Column {
  readonly values: readonly unknown[];
  readonly times: readonly number[];
}

/** Times are left out by stores that keep none. */
function readColumn(column: unknown, rows: number): Column {
  const { values, statuses, event_timestamps } = fieldsOf(column, 'results');
  const told = listOf(statuses, 'statuses', rows);
  const times = event_timestamps === undefined ? [] : listOf(event_timestamps, 'event_timestamps', rows);
  return {
    values: listOf(values, 'values', rows),
    times: told.map((status, row) => (status === 'OUTSIDE_MAX_AGE' ? TOO_OLD : timeOf(times[row]))),
  };
}
