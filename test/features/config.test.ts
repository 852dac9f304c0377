import path from 'node:path';
import { type FeatureLookup, parseRuntimeConfig } from '@inferstack/runtime/contract';
import { checkLookups, openModelPackage } from '@inferstack/runtime/model';
import { FeatureCache } from '../../runtime/src/features/feature-cache';
import { startRole } from '../runtime/support/in-process';
import { MODELS, testConfig } from '../runtime/support/packages';
import { lookup } from './support/lookups';
import { problemsFrom } from './support/problems-from';

const URL = 'http://store.example.com:6566';
const { manifest } = openModelPackage(path.join(MODELS, 'diabetes-fields/1'));
const codes = (change: Partial<FeatureLookup>) =>
  checkLookups([lookup(URL, change)], manifest, 'features').map(({ code, at }) => [code, at]);
const feature = (field: string, fallback: FeatureLookup['features'][number]['default'] = null) => ({
  feature: field,
  field,
  default: fallback,
});

test('a lookup that fits the model is found sound', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ onMissing: 'null', features: [feature('s1')] })).toEqual([]);
});

test.each<[string, Partial<FeatureLookup>, string]>([
  ['a field the model does not have', { features: [feature('bmj')] }, 'FEATURES_FIELD_UNKNOWN'],
  ['a field twice', { features: [feature('bmi'), feature('bmi')] }, 'FEATURES_FIELD_TWICE'],
  ['a key that is joined', { keys: [{ field: 'bmi', key: 'id', type: 'integer' }] }, 'FEATURES_FIELD_TWICE'],
  ['a default that is not there', { onError: 'default', features: [feature('bmi')] }, 'FEATURES_POLICY'],
  ['null for what must not be missing', { onStale: 'null', features: [feature('bmi')] }, 'FEATURES_POLICY'],
  ['a default outside the range', { features: [feature('bmi', 7000)] }, 'FEATURES_DEFAULT'],
  ['a default that is no category', { features: [feature('sex', '3')] }, 'FEATURES_DEFAULT'],
  ['a default of another type', { features: [feature('bmi', 'high')] }, 'FEATURES_DEFAULT'],
  [
    'names of Feast without their views',
    { source: { type: 'feast', url: URL, featureService: null } },
    'FEATURES_SOURCE',
  ],
  [
    'an age that Hopsworks does not tell',
    {
      maxAgeSeconds: 5,
      source: {
        ...{ type: 'hopsworks', url: URL, featureStore: 'a', featureView: 'b' },
        ...{ featureViewVersion: 1, eventTime: null },
      },
    },
    'FEATURES_SOURCE',
  ],
])('%s is refused', (_, change, code) => {
  expect(codes(change).map(([found]) => found)).toEqual([code]);
});

test('lookups are checked when the model is loaded', async () => {
  const config = testConfig(['diabetes-fields/1'], {
    features: [lookup(URL, { features: [feature('bmj')] })],
  });
  const role = await startRole(config);
  const problems = await problemsFrom(role.load());
  expect(problems).toMatchObject([{ code: 'FEATURES_FIELD_UNKNOWN', remedy: 'Did you mean "bmi"?' }]);
  await role.stop();
});

test('names and models of lookups are checked at the start', async () => {
  const features = [lookup(URL), lookup(URL, { model: 'another' })];
  const problems = await problemsFrom(startRole(testConfig(['diabetes-fields/1'], { features })));
  expect(problems.map(({ code }) => code)).toEqual(['FEATURES_NAME_TWICE', 'FEATURES_MODEL_UNKNOWN']);
});

test.each([
  ['http://user:password@store.example.com', 'a user'],
  ['https://store.example.com/?key=1', 'a query'],
  ['ftp://store.example.com', 'another scheme'],
])('%s is no address: %s', (url) => {
  const config = testConfig(['diabetes-fields/1'], { features: [lookup(url)] });
  expect(() => parseRuntimeConfig(JSON.stringify(config))).toThrow('features[0].source.url');
});

describe('cache', () => {
  const found = (text: string) => ({ values: [text], times: [Number.NaN] });
  const cache = (limits: object, now = { value: 0 }) =>
    new FeatureCache({ ttlMs: 1000, maxEntries: 3, maxBytes: 100_000, ...limits }, () => now.value);

  test('forgets what is older than its time', () => {
    const now = { value: 0 };
    const kept = cache({}, now);
    kept.set('a', found('x'));
    now.value = 999;
    expect(kept.get('a')).toEqual(found('x'));
    now.value = 1000;
    expect(kept.get('a')).toBeUndefined();
    expect([kept.size, kept.bytes]).toEqual([0, 0]);
  });

  test('the least recently used leave first', () => {
    const kept = cache({});
    for (const id of ['a', 'b', 'c']) kept.set(id, found(id));
    kept.get('a');
    kept.set('d', found('d'));
    expect(['a', 'b', 'c', 'd'].filter((id) => kept.get(id) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  test('memory is bounded whatever the values', () => {
    const kept = cache({ maxEntries: 1_000_000, maxBytes: 50_000 });
    for (let i = 0; i < 1000; i++) kept.set(`k${i}`, found('x'.repeat(i)));
    expect(kept.bytes).toBeLessThanOrEqual(50_000);
    expect(kept.size).toBeGreaterThan(10);
    const before = kept.size;
    kept.set('huge', found('x'.repeat(100_000)));
    expect(kept.get('huge')).toBeUndefined();
    expect(kept.size).toBe(before);
  });
});
