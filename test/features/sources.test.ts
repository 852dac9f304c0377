import type { FeatureLookup } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { lookup, PATIENTS, row, wholeRow } from './support/lookups';
import { StoreServer } from './support/store-server';

/**
 * Feast runs for real in feast/run.sh; Tecton and Hopsworks cannot run here, so that a server answers in their place,
 * in the form of their documentation.
 */
let store: StoreServer;
let role: ServeRole | undefined;
beforeEach(async () => {
  store = await StoreServer.start();
});
afterEach(async () => {
  await role?.stop();
  role = undefined;
  await store.stop();
});

async function start(source: FeatureLookup['source'], change: Partial<FeatureLookup> = {}): Promise<void> {
  process.env['TEST_STORE_KEY'] = 'key-of-the-store';
  const credentials = { env: 'TEST_STORE_KEY' };
  const config = testConfig(['diabetes-fields/1'], {
    features: [lookup(store.url, { source, credentials, ...change })],
  });
  role = await serve(config, process.env);
  delete process.env['TEST_STORE_KEY'];
}

const predict = (rows: unknown) =>
  post(role!.ports.inference, '/v2/models/diabetes-fields/predict', { rows });
const named = (prefix: string) =>
  ['bmi', 'bp', 's1'].map((field) => ({ feature: `${prefix}${field}`, field, default: 50 }));

async function sameAsWhole(patients: readonly number[], json: { readonly predictions: unknown }) {
  const whole = await predict(patients.map((patient) => ({ ...wholeRow(patient), patient_id: patient })));
  expect(json.predictions).toEqual(whole.json.predictions);
}

/** As the feature server of Feast 0.67.0 wrote it, but for the values. */
const FEAST = {
  results: [
    {
      values: [1, 2, 99],
      statuses: ['PRESENT', 'PRESENT', 'PRESENT'],
      event_timestamps: ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    },
    ...['bp', 'bmi', 's1'].map((name) => ({
      values: [PATIENTS[1]![name], PATIENTS[2]![name], null],
      statuses: ['PRESENT', 'PRESENT', 'NOT_FOUND'],
      event_timestamps: ['2026-11-23T04:49:17Z', '2026-10-24T04:49:17Z', '1970-01-01T00:00:00Z'],
    })),
  ],
  metadata: { feature_names: ['patient_id', 'bp', 'bmi', 's1'] },
};
const KEYS = [{ field: 'patient_id', key: 'patient_id', type: 'integer' }] as const;

describe('Feast', () => {
  test('a feature service; columns come in any order, keys among them', async () => {
    store.answer = () => ({ body: FEAST });
    const source = { type: 'feast', url: store.url, featureService: 'diabetes' } as const;
    await start(source, { keys: [...KEYS], onMissing: 'default' });
    const { json } = await predict([row(1), row(2), row(99)]);
    await sameAsWhole([1, 2], { predictions: json.predictions.slice(0, 2) });
    expect(json.predictions[2].flags[0]).toMatchObject({ rule: 'feature-missing' });
    const [{ path, headers, body }] = store.calls as [(typeof store.calls)[0]];
    expect(path).toBe('/get-online-features');
    expect(headers['authorization']).toBe('Bearer key-of-the-store');
    expect(headers['content-type']).toBe('application/json');
    expect(body).toEqual({
      feature_service: 'diabetes',
      entities: { patient_id: [1, 2, 99] },
      full_feature_names: false,
    });
  });

  test('features by reference are asked for with their views, and answered so', async () => {
    const names = ['patient_id', ...['bp', 'bmi', 's1'].map((name) => `measurements__${name}`)];
    store.answer = () => ({ body: { ...FEAST, metadata: { feature_names: names } } });
    const source = { type: 'feast', url: `${store.url}/`, featureService: null } as const;
    await start(source, { keys: [...KEYS], features: named('measurements:'), onMissing: 'default' });
    const { json } = await predict([row(1), row(2), row(99)]);
    await sameAsWhole([1, 2], { predictions: json.predictions.slice(0, 2) });
    expect(store.calls[0]!.body).toMatchObject({
      features: ['measurements:bmi', 'measurements:bp', 'measurements:s1'],
      full_feature_names: true,
    });
  });

  test('event timestamps and OUTSIDE_MAX_AGE make values stale', async () => {
    const results = FEAST.results.map((column) => ({
      ...column,
      statuses: ['PRESENT', 'OUTSIDE_MAX_AGE', 'NOT_FOUND'],
      event_timestamps: [new Date().toISOString(), new Date().toISOString(), '1970-01-01T00:00:00Z'],
    }));
    store.answer = () => ({ body: { ...FEAST, results } });
    const source = { type: 'feast', url: store.url, featureService: 'diabetes' } as const;
    await start(source, { keys: [...KEYS], maxAgeSeconds: 3600, onStale: 'keep', onMissing: 'default' });
    const { json } = await predict([row(1), row(2), row(99)]);
    expect(json.predictions[0]).not.toHaveProperty('flags');
    expect(json.predictions[1].flags[0]).toMatchObject({ rule: 'feature-stale', policy: 'keep' });
    expect(json.predictions[2].flags[0]).toMatchObject({ rule: 'feature-missing' });
  });

  test('NaN, which the feature server writes as text, is no value', async () => {
    const results = FEAST.results.map((column) => ({ ...column, values: ['NaN', 'NaN', 'NaN'] }));
    store.answer = () => ({ body: { ...FEAST, results } });
    const source = { type: 'feast', url: store.url, featureService: 'diabetes' } as const;
    await start(source, { keys: [...KEYS], onMissing: 'default' });
    const { json } = await predict([row(1), row(2), row(3)]);
    expect(json.predictions[0].flags[0]).toMatchObject({ rule: 'feature-missing' });
  });
});

describe('Tecton', () => {
  const source = () =>
    ({ type: 'tecton', url: store.url, workspace: 'prod', featureService: 'diabetes' }) as const;
  const answer = (ids: readonly string[], effectiveTime: string) => ({
    result: ids.map((id) => {
      const known = PATIENTS[Number(id)];
      // 64-bit integers are text in the JSON of protocol buffers.
      return { features: known ? [known['bmi'], known['bp'], String(known['s1'])] : [null, null, null] };
    }),
    metadata: {
      features: ['bmi', 'bp', 's1'].map((name) => ({
        name: `measurements.${name}`,
        effectiveTime,
        dataType: { type: name === 's1' ? 'int64' : 'float64' },
        status: ids.map((id) => (PATIENTS[Number(id)] ? 'PRESENT' : 'MISSING_DATA')),
      })),
    },
  });
  const idsOf = (body: { params: { request_data: { join_key_map: { patient_id: string } }[] } }) =>
    body.params.request_data.map(({ join_key_map }) => join_key_map.patient_id);

  test('join keys are text, integers come as text, ten entities a request', async () => {
    store.answer = ({ body }) => ({ body: answer(idsOf(body), new Date().toISOString()) });
    await start(source(), { keys: [...KEYS], features: named('measurements.'), onMissing: 'default' });
    const patients = Array.from({ length: 23 }, (_, i) => i + 1);
    const { json } = await predict(patients.map((patient) => row(patient)));
    await sameAsWhole([1, 2, 3], { predictions: json.predictions.slice(0, 3) });
    expect(json.predictions[22].flags[0]).toMatchObject({ rule: 'feature-missing' });
    expect(store.calls.map(({ body }) => idsOf(body).length)).toEqual([10, 10, 3]);
    const [{ path, headers, body }] = store.calls as [(typeof store.calls)[0]];
    expect(path).toBe('/api/v1/feature-service/get-features-batch');
    expect(headers['authorization']).toBe('Tecton-key key-of-the-store');
    expect(body.params).toMatchObject({
      workspace_name: 'prod',
      feature_service_name: 'diabetes',
      metadata_options: { include_names: true, include_effective_times: true },
    });
  });

  test('effective times make values stale', async () => {
    store.answer = ({ body }) => ({ body: answer(idsOf(body), '2023-05-03T00:00:00Z') });
    await start(source(), { keys: [...KEYS], features: named('measurements.'), maxAgeSeconds: 60 });
    expect((await predict([row(1)])).json.code).toBe('FEATURES_STALE');
  });
});

describe('Hopsworks', () => {
  const source = (eventTime: string | null) =>
    ({
      type: 'hopsworks',
      url: store.url,
      featureStore: 'fsdb002',
      featureView: 'diabetes',
      featureViewVersion: 1,
      eventTime,
    }) as const;
  const names = ['patient_id', 'ts', 'bmi', 'bp', 's1'];
  const answer = (ids: readonly number[], time: string) => ({
    features: ids.map((id) => [id, time, ...['bmi', 'bp', 's1'].map((name) => PATIENTS[id]?.[name] ?? null)]),
    metadata: names.map((featureName) => ({ featureName })),
    status: ids.map((id) => (PATIENTS[id] ? 'COMPLETE' : 'MISSING')),
  });
  const idsOf = (body: { entries: { patient_id: number }[] }) =>
    body.entries.map(({ patient_id }) => patient_id);

  test('a batch of entries; MISSING is no value', async () => {
    store.answer = ({ body }) => ({ body: answer(idsOf(body), '2022-01-24 00:00:00') });
    await start(source(null), { keys: [...KEYS], onMissing: 'default' });
    const { json } = await predict([row(1), row(99), row(3)]);
    await sameAsWhole([1, 3], { predictions: [json.predictions[0], json.predictions[2]] });
    expect(json.predictions[1].flags[0]).toMatchObject({ rule: 'feature-missing' });
    const [{ path, headers, body }] = store.calls as [(typeof store.calls)[0]];
    expect(path).toBe('/0.1.0/batch_feature_store');
    expect(headers['x-api-key']).toBe('key-of-the-store');
    expect(body).toEqual({
      featureStoreName: 'fsdb002',
      featureViewName: 'diabetes',
      featureViewVersion: 1,
      entries: [{ patient_id: 1 }, { patient_id: 99 }, { patient_id: 3 }],
      passedFeatures: [],
      metadataOptions: { featureName: true, featureType: false },
    });
  });

  test('a feature holds the time of the others', async () => {
    store.answer = ({ body }) => ({ body: answer(idsOf(body), '2022-01-24 00:00:00') });
    await start(source('ts'), { keys: [...KEYS], maxAgeSeconds: 60 });
    expect((await predict([row(1)])).json.code).toBe('FEATURES_STALE');
  });

  test('an entry that could not be read is an error of the store', async () => {
    store.answer = () => ({ body: { ...answer([1], ''), features: [null], status: ['ERROR'] } });
    await start(source(null), { keys: [...KEYS] });
    expect((await predict([row(1)])).json.code).toBe('FEATURES_UNAVAILABLE');
  });
});
