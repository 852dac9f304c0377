import { type Manifest, type PipelineSpec, parseRuntimeConfig } from '../../runtime/src/contract';
import { checkPipeline, openModelPackage } from '../../runtime/src/model';
import { testConfig } from '../runtime/support/packages';
import { exampleModel } from '../support/endpoint';
import { briefly } from '../support/package-builder';
import { choose, ensemble, fallback, LARGE, model, pipeline, SECOND, sequence } from './support/steps';

const MODELS = ['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1', 'diabetes-fields/1'];
const manifests = new Map<string, Manifest>(
  MODELS.map((id) => {
    const [name, version] = id.split('/');
    return [id, openModelPackage(exampleModel(name!, version!)).manifest];
  }),
);
const find = (name: string, version: string) => manifests.get(`${name}/${version}`);
const check = (spec: PipelineSpec) => checkPipeline(spec, find, 'risk');
const problems = (spec: PipelineSpec) => briefly(check(spec).problems);

const second = model('second', SECOND);
const LABEL = { label: 'label' };

test('a sound pipeline says what it takes and gives', () => {
  const { problems: none, signature } = check(
    pipeline(fallback('root', [ensemble('both', [model('first'), second]), model('alone')])),
  );
  expect(none).toEqual([]);
  expect(signature).toMatchObject({
    inputs: [{ name: 'features', dtype: 'FP32', shape: ['batch', 30] }],
    outputs: [{ name: 'probabilities', dtype: 'FP32', shape: ['batch', 2] }],
  });
  expect(signature!.inputs[0]!.columns).toHaveLength(30);
});

test('a pipeline survives the way through the configuration', () => {
  const root = choose('root', { any: [LARGE, { all: [LARGE] }] }, second, model('first'));
  const config = testConfig(['breast-cancer/1', 'breast-cancer/2'], { pipelines: [pipeline(root)] });
  expect(parseRuntimeConfig(JSON.stringify(config)).pipelines).toEqual([pipeline(root)]);
});

test.each<[string, Record<string, unknown>]>([
  ['a step called request', { ...model('request') }],
  ['a reference without a step', { ...model('first'), inputs: { features: 'features' } }],
  ['an unknown kind', { ...model('first'), kind: 'loop' }],
  [
    'a fallback model for a sequence',
    { ...sequence('s', [model('first')], {}), onError: { kind: 'fallback', ...SECOND } },
  ],
])('the configuration refuses %s', (_, root) => {
  const config = testConfig(['breast-cancer/1'], { pipelines: [pipeline(root as never)] });
  expect(() => parseRuntimeConfig(JSON.stringify(config))).toThrow('CONFIG_INVALID');
});

const features = (from: string) => ({ inputs: { features: from } });
const skip = { onError: { kind: 'skip' } } as const;
const both = { probabilities: 'second.probabilities' };

test.each<[string, PipelineSpec, string[]]>([
  [
    'an unknown model',
    pipeline(model('first', { version: '9' })),
    ['PIPELINE_MODEL at risk: step first: model'],
  ],
  [
    'an input that is not mapped',
    pipeline(model('first', { inputs: {} })),
    ['PIPELINE_INPUT at risk: step first: inputs.features'],
  ],
  [
    'an input the model does not have',
    pipeline(model('first', { inputs: { features: 'request.features', extra: 'request.x' } })),
    ['PIPELINE_INPUT at risk: step first: inputs.extra'],
  ],
  [
    'an output the model does not have',
    pipeline(model('first', { outputs: { probabilities: 'probabilities', label: 'label' } })),
    ['PIPELINE_OUTPUT at risk: step first: outputs.label'],
  ],
  [
    'an edge of another shape',
    pipeline(sequence('root', [model('first'), { ...second, ...features('first.probabilities') }], both)),
    ['PIPELINE_EDGE at risk: step second: inputs.features'],
  ],
  [
    'an edge of another dtype',
    pipeline(
      sequence(
        'root',
        [model('first', { ...SECOND, outputs: LABEL }), { ...second, ...features('first.label') }],
        both,
      ),
    ),
    ['PIPELINE_EDGE at risk: step second: inputs.features'],
  ],
  [
    'an input of the request that two models take in different shapes',
    pipeline(
      sequence(
        'root',
        [second, model('digits', { model: 'digits', version: '1', inputs: { image: 'request.features' } })],
        { ...both, digits: 'digits.probabilities' },
      ),
    ),
    ['PIPELINE_EDGE at risk: step digits: inputs.image'],
  ],
  [
    'steps in a circle',
    pipeline(
      sequence('root', [model('first', features('second.x')), { ...second, ...features('first.x') }], both),
    ),
    ['PIPELINE_CYCLE at risk: step root: steps'],
  ],
  [
    'a step that reads itself',
    pipeline(sequence('root', [{ ...second, ...features('second.probabilities') }], both)),
    ['PIPELINE_CYCLE at risk: step root: steps'],
  ],
  [
    'a step that is not there',
    pipeline(model('first', features('zero.probabilities'))),
    ['PIPELINE_REFERENCE at risk: step first: inputs.features'],
  ],
  [
    'a step inside of a branch',
    pipeline(
      sequence('root', [fallback('either', [model('first'), model('other')]), second], {
        ...both,
        x: 'either.probabilities',
        y: 'first.probabilities',
      }),
    ),
    ['PIPELINE_REFERENCE at risk: step root: outputs.y'],
  ],
  [
    'a step that nothing reads',
    pipeline(sequence('root', [model('first'), second], both)),
    ['PIPELINE_UNREACHABLE at risk: step first'],
  ],
  [
    'a step behind one that cannot fail',
    pipeline(
      fallback('root', [
        model('first', { onError: { kind: 'default', outputs: { probabilities: 0.5 } } }),
        second,
      ]),
    ),
    ['PIPELINE_UNREACHABLE at risk: step second'],
  ],
  [
    'a condition that was there before',
    pipeline(
      choose('root', LARGE, second, model('first'), {
        cases: [
          { when: LARGE, step: second },
          { when: LARGE, step: model('again') },
        ],
      }),
    ),
    ['PIPELINE_UNREACHABLE at risk: step again'],
  ],
  [
    'two steps of one name',
    pipeline(fallback('root', [second, second])),
    ['PIPELINE_NAME at risk: step second: name'],
  ],
  [
    'an answer that may be missing',
    pipeline(sequence('root', [{ ...second, ...skip }], both)),
    ['PIPELINE_MAY_BE_MISSING at risk: step root: outputs.probabilities'],
  ],
  [
    'a pipeline that may be skipped',
    pipeline({ ...second, ...skip }),
    ['PIPELINE_MAY_BE_MISSING at risk: step second: onError'],
  ],
  [
    'a branch that may be skipped',
    pipeline(choose('root', LARGE, { ...second, ...skip }, model('first'))),
    ['PIPELINE_MAY_BE_MISSING at risk: step second: onError'],
  ],
  [
    'a mean of labels',
    pipeline(
      ensemble(
        'root',
        [model('a', { ...SECOND, outputs: LABEL }), model('b', { ...SECOND, outputs: LABEL })],
        {
          combine: [{ output: 'label', method: 'mean', weights: null }],
        },
      ),
      { prediction: null },
    ),
    ['PIPELINE_COMBINE at risk: step root: combine.label'],
  ],
  [
    'a vote on scores',
    pipeline(
      ensemble('root', [model('a'), second], {
        combine: [{ output: 'probabilities', method: 'vote', weights: null }],
      }),
    ),
    ['PIPELINE_COMBINE at risk: step root: combine.probabilities'],
  ],
  [
    'a weight too few, and more members than there are',
    pipeline(
      ensemble('root', [model('a'), second], {
        combine: [{ output: 'probabilities', method: 'mean', weights: [1] }],
        minMembers: 3,
      }),
    ),
    [
      'PIPELINE_COMBINE at risk: step root: combine.probabilities.weights',
      'PIPELINE_COMBINE at risk: step root: minMembers',
    ],
  ],
  [
    'members of different shapes',
    pipeline(
      ensemble('root', [model('a'), model('b', { model: 'digits', inputs: { image: 'request.image' } })]),
    ),
    ['PIPELINE_BRANCHES at risk: step root: outputs.probabilities'],
  ],
  [
    'a branch without the output',
    pipeline(choose('root', LARGE, second, model('first', { outputs: {} }))),
    ['PIPELINE_OUTPUT at risk: step root: outputs.probabilities'],
  ],
  [
    'a default of another dtype, and one too many',
    pipeline({ ...second, onError: { kind: 'default', outputs: { probabilities: 'none', label: 0 } } }),
    [
      'PIPELINE_DEFAULT at risk: step second: onError.outputs.label',
      'PIPELINE_DEFAULT at risk: step second: onError.outputs.probabilities',
    ],
  ],
  [
    'a fallback model that takes something else',
    pipeline({ ...second, onError: { kind: 'fallback', model: 'digits', version: '1' } }),
    [
      'PIPELINE_INPUT at risk: step second: inputs.features',
      'PIPELINE_INPUT at risk: step second: inputs.image',
      'PIPELINE_BRANCHES at risk: step second: onError: outputs.probabilities',
    ],
  ],
  [
    'a condition on a whole row',
    pipeline(choose('root', { ...LARGE, element: null }, second, model('first'))),
    ['PIPELINE_CONDITION at risk: step root: cases[0].when'],
  ],
  [
    'a condition on a column behind the last',
    pipeline(choose('root', { ...LARGE, element: 30 }, second, model('first'))),
    ['PIPELINE_CONDITION at risk: step root: cases[0].when'],
  ],
  [
    'a number compared with a text',
    pipeline(choose('root', { ...LARGE, to: 'large' }, second, model('first'))),
    ['PIPELINE_CONDITION at risk: step root: cases[0].when'],
  ],
  [
    'a condition on a field the request does not have',
    pipeline(choose('root', { ...LARGE, value: 'request.age' }, second, model('first'))),
    ['PIPELINE_REFERENCE at risk: step root: cases[0].when'],
  ],
  [
    'a prediction of an output that is not there',
    pipeline(second, { prediction: { ...pipeline(second).prediction!, output: 'scores' } }),
    ['PIPELINE_PREDICTION at risk: prediction.output'],
  ],
  [
    'readers that prepare the request in different ways',
    pipeline(
      sequence(
        'root',
        [
          model('a', {
            model: 'diabetes-fields',
            inputs: manifestInputs('diabetes-fields/1'),
            outputs: { a: firstOutput('diabetes-fields/1') },
          }),
          { ...second, inputs: { features: 'request.other' } },
        ],
        { a: 'a.a', ...both },
      ),
    ),
    ['PIPELINE_PREPROCESSING at risk: inputs'],
  ],
])('%s is refused', (_, spec, expected) => {
  expect(problems(spec)).toEqual(expected);
});

test('a condition may read an input that only the pipeline declares', () => {
  const age = { name: 'age', dtype: 'INT32', shape: ['batch', 1], sensitivity: undefined } as never;
  const when = { value: 'request.age', element: null, op: '>=', to: 65 } as const;
  const { problems: none, signature } = check(
    pipeline(choose('root', when, second, model('first')), { inputs: [age] }),
  );
  expect(none).toEqual([]);
  expect(signature!.inputs.map(({ name }) => name)).toEqual(['age', 'features']);
});

test('steps stand in any order as long as what they read follows from it', () => {
  const late = model('late', { outputs: { probabilities: 'probabilities' } });
  const { problems: none } = check(
    pipeline(
      sequence(
        'root',
        [
          choose(
            'pick',
            { value: 'late.probabilities', element: 0, op: '>', to: 0.5 },
            second,
            model('first'),
          ),
          late,
        ],
        {
          probabilities: 'pick.probabilities',
        },
      ),
    ),
  );
  expect(none).toEqual([]);
});

function manifestInputs(id: string): Record<string, string> {
  return Object.fromEntries(manifests.get(id)!.signature.inputs.map(({ name }) => [name, `request.${name}`]));
}

function firstOutput(id: string): string {
  return manifests.get(id)!.signature.outputs[0]!.name;
}
