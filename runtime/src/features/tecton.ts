import type { FeatureSourceConfig } from '../contract';
import { fieldsOf, listOf, positionsOf, timeOf } from './answer-shape';
import { type FoundFeatures, namedKeys, type StoreProtocol, type Wanted } from './store-protocol';

type TectonSource = Extract<FeatureSourceConfig, { readonly type: 'tecton' }>;

/** Join keys are text, integers too. */
const text = (value: string | number): string => String(value);

/**
 * The HTTP API of Tecton. Vectors come without names; `metadata.features` has them, with a time for all entities and a
 * status for each.
 *
 * Source: https://docs.tecton.ai/http-api (GetFeatures, GetFeaturesBatch), and the response classes of
 * github.com/tecton-ai/tecton-http-client-java (batches of at most ten).
 */
export function tectonProtocol({ workspace, featureService }: TectonSource, wanted: Wanted): StoreProtocol {
  return {
    maxEntities: 10,
    request: (entities) => ({
      path: '/api/v1/feature-service/get-features-batch',
      body: {
        params: {
          workspace_name: workspace,
          feature_service_name: featureService,
          request_data: entities.map((entity) => ({
            join_key_map: namedKeys(wanted.keys, entity.map(text)),
          })),
          metadata_options: {
            include_names: true,
            include_data_types: true,
            include_effective_times: true,
            include_serving_status: true,
          },
        },
      },
    }),
    read: (answer, entities) => {
      const { result, metadata } = fieldsOf(answer, 'the whole');
      const told = listOf(fieldsOf(metadata, 'metadata')['features'], 'metadata.features').map((feature) =>
        fieldsOf(feature, 'metadata.features'),
      );
      const names = told.map(({ name }) => name);
      const positions = positionsOf(wanted.features, names, 'metadata.features');
      const times = positions.map((position) => timeOf(told[position]!['effectiveTime']));
      return listOf(result, 'result', entities.length).map((vector): FoundFeatures => {
        const values = listOf(fieldsOf(vector, 'result')['features'], 'features', told.length);
        return { values: positions.map((position) => values[position] ?? null), times };
      });
    },
    authorize: (secret) => ['authorization', `Tecton-key ${secret}`],
  };
}
