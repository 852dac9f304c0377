import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Duration, ModelSource, Pipeline } from 'inferstack';
import { exampleModel, fakeEndpoint, problemsOf } from '../support/endpoint';
import { briefly } from '../support/package-builder';

const source = (name: string, version: string) => ModelSource.fromDirectory(exampleModel(name, version));
const linear = source('breast-cancer', '1');
const trees = source('breast-cancer', '2');
const first = Pipeline.model('first', linear);
const second = Pipeline.model('second', trees);
const unread = { prediction: false } as const;
const THRESHOLD = {
  kind: 'binary',
  output: 'probabilities',
  classes: ['malignant', 'benign'],
  positive: 'malignant',
  threshold: 0.25,
} as const;
const read = { prediction: { ...THRESHOLD, classes: [...THRESHOLD.classes] } };

/** The one pipeline of an endpoint. */
const specOf = (model: Pipeline) => fakeEndpoint({ model }).plan.runtime.pipelines[0]!;
const refused = (model: Pipeline) => briefly(problemsOf(() => fakeEndpoint({ model })));

test('a pipeline brings its models along, each once, and is served by the name of its outermost step', () => {
  const pipeline = Pipeline.fallback('risk', [
    Pipeline.ensemble('both', [first, second]),
    Pipeline.model('alone', linear),
  ]);
  const { plan, runtimeConfig } = fakeEndpoint({ model: pipeline.with({ version: '3', ...read }) });
  expect(plan.models.map(({ manifest: { name, version } }) => [name, version])).toEqual([
    ['breast-cancer', '1'],
    ['breast-cancer', '2'],
  ]);
  expect(runtimeConfig.pipelines).toMatchObject([
    { name: 'risk', version: '3', prediction: { threshold: 0.25 } },
  ]);
  const text = JSON.stringify(runtimeConfig);
  expect(parseRuntimeConfig(text)).toEqual(JSON.parse(text));
});

test('an endpoint of models alone has no word of pipelines in its configuration', () => {
  expect(fakeEndpoint({ model: [linear, trees] }).runtimeConfig).not.toHaveProperty('pipelines');
});

test('inputs, outputs and combinations follow from the models where nothing is said', () => {
  const twice = [Pipeline.model('a', trees), Pipeline.model('b', trees, { timeout: Duration.millis(50) })];
  expect(specOf(Pipeline.ensemble('both', twice)).root).toEqual({
    kind: 'ensemble',
    ...{ name: 'both', timeoutMs: null, onError: { kind: 'fail' }, minMembers: 1 },
    combine: [
      { output: 'label', method: 'vote', weights: null },
      { output: 'probabilities', method: 'mean', weights: null },
    ].sort((a, b) => order(a.output) - order(b.output)),
    members: [
      { kind: 'model', name: 'a', timeoutMs: null },
      { kind: 'model', name: 'b', timeoutMs: 50 },
    ].map((member) => ({
      ...member,
      ...{ model: 'breast-cancer', version: '2', onError: { kind: 'fail' } },
      inputs: { features: 'request.features' },
      outputs: { label: 'label', probabilities: 'probabilities' },
    })),
  });
});

const { outputs } = fakeEndpoint({ model: trees }).plan.models[0].manifest.signature;
const order = (name: string): number => outputs.findIndex((output) => output.name === name);

test('an input is read from the nearest step before that has an output of its name', () => {
  const named = Pipeline.model('named', trees, { outputs: { features: 'probabilities' } });
  const problems = problemsOf(() =>
    fakeEndpoint({ model: Pipeline.sequence('risk', [named, first]).with(unread) }),
  );
  expect(briefly(problems)).toEqual([
    'PIPELINE_EDGE at CreditRisk/Endpoint: model: pipeline risk: step first: inputs.features',
  ]);
  expect(problems[0]).toMatchObject({ got: 'FP32 [batch, 2]', allowed: 'FP32 [batch, 30]' });
});

test('conditions name columns of the request and classes of scores', () => {
  const triage = Pipeline.model('triage', linear);
  const route = Pipeline.switch(
    'route',
    [
      {
        when: {
          any: [
            { value: 'request.features', at: 'worst area', op: '>=', to: 1000 },
            { value: 'triage.probabilities', at: 'benign', op: '<', to: 0.9 },
          ],
        },
        step: second,
      },
    ],
    first,
  );
  const { root } = specOf(Pipeline.sequence('risk', [triage, route]).with(read));
  expect(root).toMatchObject({
    outputs: { probabilities: 'route.probabilities' },
    steps: [
      {},
      { outputs: ['probabilities'], cases: [{ when: { any: [{ element: 23 }, { element: 1 }] } }] },
    ],
  });
  const when = { value: 'request.features', at: 'wurst area', op: '>=', to: 1000 } as const;
  expect(refused(Pipeline.switch('route', [{ when, step: second }], first).with(read))).toEqual([
    'PIPELINE_CONDITION at CreditRisk/Endpoint: model: pipeline route: step route: cases[0].when',
  ]);
});

test('predictions are read as the models say, if they agree; otherwise the author has to say', () => {
  const same = Pipeline.fallback('risk', [first, Pipeline.model('again', linear)]);
  expect(specOf(same).prediction).toMatchObject({ output: 'probabilities', threshold: 0.41 });
  const other = Pipeline.ensemble('risk', [first, second]);
  expect(refused(other)).toEqual([
    'PIPELINE_PREDICTION at CreditRisk/Endpoint: model: pipeline risk: prediction',
  ]);
  expect(specOf(other.with(unread)).prediction).toBeNull();
  const renamed = Pipeline.model('risk', linear, { outputs: { scores: 'probabilities' } });
  expect(specOf(renamed).prediction).toMatchObject({ output: 'scores', threshold: 0.41 });
});

test('what stands in for a step is a default or another model, which is delivered too', () => {
  const step = Pipeline.model('risk', linear, { onError: { fallback: trees } });
  const { plan } = fakeEndpoint({ model: step });
  expect(plan.models).toHaveLength(2);
  expect(plan.runtime.pipelines[0]!.root.onError).toEqual({
    kind: 'fallback',
    model: 'breast-cancer',
    version: '2',
  });
  const fixed = Pipeline.sequence('risk', [first], { onError: { default: { probabilities: 0.5 } } });
  expect(specOf(fixed).root.onError).toEqual({ kind: 'default', outputs: { probabilities: 0.5 } });
});

test.each<[string, Pipeline, string[]]>([
  [
    'a name of a model',
    Pipeline.sequence('breast-cancer', [first]),
    ['PIPELINE_NAME at CreditRisk/Endpoint: model: pipelines[0].name'],
  ],
  [
    'a name that is no name',
    Pipeline.model('My Step', linear),
    ['name', 'root.name'].map(
      (at) => `PIPELINE_INVALID at CreditRisk/Endpoint: model: pipeline My Step: ${at}`,
    ),
  ],
  [
    'a step of another sequence',
    Pipeline.model('risk', linear, { inputs: { features: 'before.features' } }),
    ['PIPELINE_REFERENCE at CreditRisk/Endpoint: model: pipeline risk: step risk: inputs.features'],
  ],
  [
    'branches without a common output',
    Pipeline.fallback('risk', [
      Pipeline.model('a', linear, { outputs: { a: 'probabilities' } }),
      Pipeline.model('b', linear, { outputs: { b: 'probabilities' } }),
    ]),
    ['PIPELINE_INVALID at CreditRisk/Endpoint: model: pipeline risk: root.outputs'],
  ],
])('%s is refused', (_, pipeline, expected) => {
  expect(refused(pipeline)).toEqual(expected);
});

test('what only a whole has is not dropped where a part says it', () => {
  expect(briefly(problemsOf(() => Pipeline.sequence('risk', [first.with({ version: '2' })])))).toEqual([
    'PIPELINE_INVALID at step first',
  ]);
});

test('contracts whose routes name no model mean the pipeline', () => {
  const runtime = { contracts: ['azureml' as const] };
  const model = Pipeline.sequence('risk', [first]);
  const { models, runtime: planned } = fakeEndpoint({ model: [model, source('digits', '1')], runtime }).plan;
  expect([models.length, planned.pipelines.length]).toEqual([2, 1]);
});
