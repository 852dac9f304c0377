import type { FeatureSourceConfig } from '../contract';
import { fieldsOf, listOf, positionsOf, timeOf } from './answer-shape';
import { StoreError } from './store-error';
import { type FoundFeatures, namedKeys, type StoreProtocol, type Wanted } from './store-protocol';

type HopsworksSource = Extract<FeatureSourceConfig, { readonly type: 'hopsworks' }>;

/**
 * The REST server of Hopsworks' online store. Vectors come without names, which are asked for as metadata; a vector
 * that could not be read is null with the status ERROR, one that is not there has the status MISSING.
 *
 * Source: https://docs.hopsworks.ai/latest/user_guides/fs/feature_view/feature-server (version 0.1.0 of the API), and
 * logicalclocks/rondb storage/ndb/rest-server/rest-api-server/README_feature_store.md
 */
export function hopsworksProtocol(source: HopsworksSource, wanted: Wanted): StoreProtocol {
  const { featureStore, featureView, featureViewVersion, eventTime } = source;
  return {
    maxEntities: Number.POSITIVE_INFINITY,
    request: (entities) => ({
      path: '/0.1.0/batch_feature_store',
      body: {
        featureStoreName: featureStore,
        featureViewName: featureView,
        featureViewVersion,
        entries: entities.map((entity) => namedKeys(wanted.keys, entity)),
        passedFeatures: [],
        metadataOptions: { featureName: true, featureType: false },
      },
    }),
    read: (answer, entities) => {
      const { features, metadata, status } = fieldsOf(answer, 'the whole');
      const names = listOf(metadata, 'metadata').map(
        (feature) => fieldsOf(feature, 'metadata')['featureName'],
      );
      const positions = positionsOf(wanted.features, names, 'metadata');
      const time = eventTime === null ? undefined : positionsOf([eventTime], names, 'metadata')[0];
      const vectors = listOf(features, 'features', entities.length);
      return listOf(status, 'status', entities.length).map((told, i): FoundFeatures => {
        if (told === 'ERROR') throw new StoreError('error', 'the store could not read an entry');
        const vector = vectors[i] === null ? [] : listOf(vectors[i], 'features', names.length);
        const at = time === undefined ? Number.NaN : timeOf(vector[time]);
        return {
          values: positions.map((position) => (told === 'MISSING' ? null : (vector[position] ?? null))),
          times: positions.map(() => at),
        };
      });
    },
    authorize: (secret) => ['x-api-key', secret],
  };
}
