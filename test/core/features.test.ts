import { Adapter, FeatureSource, type ModelEndpointProps, ModelSource, Pipeline } from 'inferstack';
import { copyPackage, removeCopies } from '../runtime/support/packages';
import { exampleModel, fakeEndpoint, problemsOf } from '../support/endpoint';

afterAll(removeCopies);

const linear = ModelSource.fromDirectory(exampleModel('breast-cancer', '1'));
const trees = ModelSource.fromDirectory(exampleModel('breast-cancer', '2'));
const PREDICTION = {
  kind: 'binary',
  output: 'probabilities',
  classes: ['malignant', 'benign'],
  positive: 'malignant',
  threshold: 0.25,
} as const;
const referral = Pipeline.ensemble('referral', [
  Pipeline.model('linear', linear),
  Pipeline.model('trees', trees),
]).with({ prediction: { ...PREDICTION, classes: [...PREDICTION.classes] } });

const source = (change: { model?: string; features?: Record<string, string> } = {}) =>
  FeatureSource.http({
    name: 'cells',
    url: 'https://features.example.com',
    keys: { patient_id: 'integer' },
    features: { 'mean radius': 'radius' },
    ...change,
  });

type Runtime = NonNullable<ModelEndpointProps<unknown>['runtime']>;
const endpoint = (model: ModelEndpointProps<never>['model'], runtime: Runtime) =>
  fakeEndpoint({ model, runtime });

test('features and adapters that name no model are for the pipeline, as requests are', () => {
  const { features, adapters } = endpoint(referral, {
    features: [source()],
    adapters: [Adapter.json({ name: 'old', path: '/old' })],
  }).plan.runtime;
  expect(features.map(({ lookup }) => lookup.model)).toEqual(['referral']);
  expect(adapters.map(({ model }) => model)).toEqual(['referral']);
});

test('a model of the pipeline gets them when it is named', () => {
  const { features } = endpoint(referral, { features: [source({ model: 'breast-cancer' })] }).plan.runtime;
  expect(features[0]!.lookup.model).toBe('breast-cancer');
});

test('fields are checked against what the pipeline takes', () => {
  const problems = problemsOf(() =>
    endpoint(referral, { features: [source({ features: { 'mean radios': 'r' } })] }),
  );
  expect(problems).toMatchObject([{ code: 'FEATURES_FIELD_UNKNOWN', remedy: 'Did you mean "mean radius"?' }]);
});

test('an unknown name is told together with all that are served', () => {
  const problems = problemsOf(() => endpoint(referral, { features: [source({ model: 'lungs' })] }));
  expect(problems).toMatchObject([
    { code: 'PLAN_FEATURES', got: '"lungs"', allowed: 'breast-cancer, referral' },
  ]);
});

test('several pipelines: which one is to be said', () => {
  const second = Pipeline.sequence('second', [Pipeline.model('only', trees)]);
  const problems = problemsOf(() => endpoint([referral, second], { features: [source()] }));
  expect(problems.filter(({ code }) => code === 'PLAN_FEATURES')[0]).toMatchObject({
    what: expect.stringContaining('nothing says which one'),
    allowed: 'breast-cancer, referral, second',
  });
});

test('a model that takes tensors alone is refused, until a route takes rows', () => {
  const directory = copyPackage('breast-cancer/1', {
    'model.yaml': (text) => text.replace(/^prediction:\n(?: .*\n)+/m, ''),
  });
  const silent = ModelSource.fromDirectory(directory);
  const features = [source()];
  expect(problemsOf(() => endpoint(silent, { features }))).toMatchObject([
    { code: 'PLAN_FEATURES', remedy: expect.stringContaining('runtime.contracts or runtime.adapters') },
  ]);
  expect(endpoint(silent, { features, contracts: ['kserve-v1'] }).plan.runtime.features).toHaveLength(1);
});
