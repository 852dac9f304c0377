import { z } from 'zod';
import { baseUrl as url } from './base-url';
import { modelName } from './manifest';
import { secretPlaceSchema } from './secret-place';

const text = z.string().min(1);
const count = z.number().int().positive();

/** What becomes of a row whose features are not to be had. `keep` uses a value although it is too old. */
export const FEATURE_POLICIES = ['reject', 'default', 'null'] as const;
export const STALE_POLICIES = [...FEATURE_POLICIES, 'keep'] as const;
export type FeaturePolicy = (typeof FEATURE_POLICIES)[number];
export type StalePolicy = (typeof STALE_POLICIES)[number];

export const featureSourceSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('feast'),
      url: url.describe('Base address of a Feast feature server; /get-online-features is added.'),
      featureService: text
        .nullable()
        .describe('Feature service; null asks for the features one by one, as `view:feature`.'),
    })
    .describe('Feast: POST /get-online-features.'),
  z
    .strictObject({
      type: z.literal('tecton'),
      url: url.describe('Address of the instance; /api/v1/feature-service/get-features-batch is added.'),
      workspace: text,
      featureService: text,
    })
    .describe('Tecton: POST /api/v1/feature-service/get-features-batch, ten entities a request.'),
  z
    .strictObject({
      type: z.literal('hopsworks'),
      url: url.describe('Address of the online store REST server; /0.1.0/batch_feature_store is added.'),
      featureStore: text,
      featureView: text,
      featureViewVersion: count,
      eventTime: text
        .nullable()
        .describe(
          'Feature that holds the time of the others: the server tells none by itself. null: not known.',
        ),
    })
    .describe('Hopsworks: POST /0.1.0/batch_feature_store.'),
  z
    .strictObject({
      type: z.literal('http'),
      url: url.describe('Where `{"keys": [{...}], "features": [...]}` is posted; see runtime/README.md.'),
      header: z
        .string()
        .regex(/^[a-z][a-z0-9-]*$/, 'a header name in lower case')
        .describe('Header of the credentials; `authorization` takes them as Bearer, any other as they are.'),
    })
    .describe('A service of your own.'),
]);

export const featureLookupSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a letter, then letters, digits and dashes, at most 40, in lower case')
      .describe('In metrics, logs and messages.'),
    model: modelName.describe('Model or pipeline; every configured version of it joins these features.'),
    source: featureSourceSchema,
    keys: z
      .array(
        z.strictObject({
          field: text.describe('Name in a row.'),
          key: text.describe('Name in the store.'),
          type: z.enum(['string', 'integer']),
        }),
      )
      .min(1)
      .describe('What callers send to say whom a row is about. Required in every row.'),
    features: z
      .array(
        z.strictObject({
          feature: text.describe('Name in the store.'),
          field: text.describe('Column or field of the model that takes the value.'),
          default: z
            .union([z.string(), z.number(), z.boolean()])
            .nullable()
            .describe('Value for the policy `default`; null: there is none.'),
        }),
      )
      .min(1),
    onGiven: z
      .enum(['keep', 'reject'])
      .describe('A row that brings a value for a joined field: the value stays, or the request is refused.'),
    onMissing: z.enum(FEATURE_POLICIES).describe('The store knows no such entity, or has no value for it.'),
    onStale: z.enum(STALE_POLICIES).describe('The value is older than maxAgeSeconds.'),
    onError: z.enum(FEATURE_POLICIES).describe('The store did not answer in time, or not as it should.'),
    timeoutMs: count.describe('Time for the whole lookup of a request, its second attempt included.'),
    maxAgeSeconds: count.nullable().describe('Oldest value taken as it is; null: any age.'),
    cache: z
      .strictObject({
        ttlMs: count.describe('Time an answer of the store is used for.'),
        maxEntries: count.describe('Entities kept; the least recently used leave first.'),
        maxBytes: count.describe('Memory of the values kept, estimated.'),
      })
      .nullable()
      .describe('null: the store is asked for every row.'),
    credentials: secretPlaceSchema
      .nullable()
      .describe('Where the key of the store is, never the key itself; null: the store demands none.'),
  })
  .describe('Features of a model that are joined from an online store by the keys of a row.');

export const featureLookupsSchema = z.array(featureLookupSchema);

export type FeatureSourceConfig = z.output<typeof featureSourceSchema>;
export type FeatureLookup = z.output<typeof featureLookupSchema>;
export type FeatureKey = FeatureLookup['keys'][number];
