import { inputSchema } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import {
  briefly,
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';
import { faults, floatInput } from './support/transform';

afterAll(removeTemporaryDirectories);

const x = { name: 'x', type: 'number' };
const word = { name: 'x', type: 'string' };
const day = { name: 'x', type: 'date' };

type Case = readonly [
  what: string,
  fields: readonly object[],
  steps: readonly object[],
  found: readonly string[],
  columns?: readonly string[],
];

const CASES: readonly Case[] = [
  ['a field alone', [x], [], []],
  [
    'an unknown source',
    [x],
    [{ step: 'clip', field: 'y', low: 0 }],
    ['preprocessing.steps.0.field: there is no field'],
  ],
  [
    'a column nobody makes',
    [{ ...x, name: 'y' }],
    [],
    ['columns.0.name: no field and no step', 'nothing uses the value'],
  ],
  ['an idle field', [x, { ...x, name: 'y' }], [], ['preprocessing.fields.1.name: nothing uses the value']],
  [
    'an idle step',
    [x],
    [{ step: 'clip', field: 'x', low: 0, as: 'y' }],
    ['preprocessing.steps.0.as: nothing uses'],
  ],
  ['two fields of one name', [x, x], [], ['preprocessing.fields.1.name: the name is taken']],
  [
    'a result in place of a field',
    [x, { ...x, name: 'y' }],
    [{ step: 'clip', field: 'y', low: 0, as: 'x' }],
    ['preprocessing.steps.0.as: the name is taken'],
  ],
  [
    'a number step on texts',
    [word],
    [{ step: 'scale', field: 'x', mean: 0, std: 1 }],
    ['the step does not work'],
  ],
  ['a text step on numbers', [x], [{ step: 'text', field: 'x', trim: true }], ['the step does not work']],
  [
    'a text step that does nothing',
    [word],
    [{ step: 'text', field: 'x' }],
    ['a text step does nothing', 'no FP32'],
  ],
  [
    'a date step on texts',
    [word],
    [{ step: 'date', field: 'x', part: 'hour', as: ['x1'] }],
    ['does not work'],
    ['x1'],
  ],
  [
    'a text as number',
    [word],
    [],
    ['columns.0.name: the preprocessing makes a string of "x", which is no FP32'],
  ],
  ['a date as number', [day], [], ['makes a date of "x"']],
  ['both ways of scaling', [x], [{ step: 'scale', field: 'x', mean: 0, std: 1, min: 0, max: 1 }], ['either']],
  ['no way of scaling', [x], [{ step: 'scale', field: 'x', mean: 0 }], ['either']],
  ['half of each', [x], [{ step: 'scale', field: 'x', mean: 0, min: 0, max: 1 }], ['either']],
  [
    'an empty interval',
    [x],
    [{ step: 'scale', field: 'x', min: 1, max: 1 }],
    ['steps.0.min: `min` is not below'],
  ],
  ['a clip without ends', [x], [{ step: 'clip', field: 'x' }], ['a clip step needs']],
  ['a clip upside down', [x], [{ step: 'clip', field: 'x', low: 1, high: 0 }], ['`low` is above `high`']],
  [
    'edges out of order',
    [x],
    [{ step: 'bin', field: 'x', edges: [0, 2, 1] }],
    ['edges.2: the edges do not ascend'],
  ],
  ['an edge twice', [x], [{ step: 'bin', field: 'x', edges: [0, 0] }], ['edges.1: the edges do not ascend']],
  [
    'a category of another type',
    [x],
    [{ step: 'ordinal', field: 'x', categories: [1, 'a'] }],
    ['categories.1: the value is no number'],
  ],
  [
    'a category twice',
    [word],
    [{ step: 'ordinal', field: 'x', categories: ['a', 'a'] }],
    ['categories.1: the category is listed twice'],
  ],
  [
    'names for half of the categories',
    [word],
    [{ step: 'one-hot', field: 'x', categories: ['a', 'b'], as: ['x1'] }],
    ['the number of names'],
    ['x1'],
  ],
  [
    'an index beyond the list',
    [x],
    [{ step: 'one-hot', field: 'x', categories: [1], unknown: { index: 1 }, as: ['y'] }],
    ['unknown.index: the index is no position', 'steps.0: nothing uses'],
  ],
  [
    'a cycle without end',
    [day],
    [{ step: 'date', field: 'x', part: 'year', cyclic: true, as: ['x1', 'x2'] }],
    ['cyclic: year does not come round'],
    ['x1'],
  ],
  [
    'one name for a cycle',
    [day],
    [{ step: 'date', field: 'x', part: 'hour', cyclic: true, as: ['x1'] }],
    ['the number of names'],
    ['x_hour_cos'],
  ],
  [
    'a mean that is a text',
    [{ ...x, required: false }],
    [{ step: 'impute', field: 'x', value: '1' }],
    ['steps.0.value: the value is no number'],
  ],
  ['a default nobody takes', [{ ...x, default: 1 }], [], ['fields.0.default: a required field never']],
  [
    'a default of another type',
    [{ ...x, required: false, default: 'a' }],
    [],
    ['fields.0.default: the value is no number'],
  ],
  [
    'a day that does not exist',
    [{ ...day, required: false, default: '2023-02-29' }],
    [{ step: 'date', field: 'x', part: 'day', as: ['x1'] }],
    ['the value is no date'],
    ['x1'],
  ],
  [
    'a range for texts',
    [{ ...word, range: [0, 1] }],
    [{ step: 'ordinal', field: 'x', categories: ['a'] }],
    ['fields.0.range: range has no meaning'],
  ],
  ['a pattern for numbers', [{ ...x, pattern: 'a' }], [], ['fields.0.pattern: pattern has no meaning']],
  [
    'no regular expression',
    [{ ...word, pattern: '(' }],
    [{ step: 'ordinal', field: 'x', categories: ['a'] }],
    ['fields.0.pattern: no regular expression'],
  ],
  ['a range upside down', [{ ...x, range: [1, 0] }], [], ['fields.0.range: the lower end']],
  [
    'a category of another type in a rule',
    [{ ...x, categories: ['a'] }],
    [],
    ['fields.0.categories.0: the category is no number'],
  ],
  [
    'a policy without a rule',
    [{ ...x, onViolation: 'flag' }],
    [],
    ['fields.0.onViolation: the field has no rule'],
  ],
];

const named = CASES.map(([what, fields, steps, found, columns = ['x']]) => ({
  what,
  fields,
  steps,
  found,
  columns,
}));

test.each(named)('$what', ({ fields, steps, found, columns }) => {
  const got = faults({ fields, steps }, [floatInput(columns)]);
  expect(got).toEqual(found.map((words) => expect.stringContaining(words)));
});

test('what is wrong is reported once: whoever uses a faulty value is not to blame', () => {
  const steps = [
    { step: 'clip', field: 'z', low: 0, as: 'a' },
    { step: 'scale', field: 'a', mean: 0, std: 1, as: 'b' },
    { step: 'scale', field: 'b', mean: 0, std: 1, as: 'x' },
  ];
  expect(faults({ fields: [{ ...x, name: 'y' }], steps: [...steps] }, [floatInput(['x', 'y'])])).toEqual([
    'preprocessing.steps.0.field: there is no field of this name, nor a result of an earlier step',
  ]);
});

test('what may be missing has to be filled where the column does not take it', () => {
  const strict = inputSchema.parse({
    name: 'f',
    dtype: 'FP32',
    shape: ['batch', 1],
    columns: [{ name: 'x' }],
  });
  const whole = inputSchema.parse({ name: 'x', dtype: 'INT64', shape: ['batch'] });
  const optional = { ...x, required: false };
  const missing = [expect.stringContaining('may be missing')];
  for (const input of [strict, whole]) {
    expect(faults({ fields: [optional] }, [input])).toEqual(missing);
    expect(faults({ fields: [{ ...x, range: [0, 1], onViolation: 'impute' }] }, [input])).toEqual(missing);
    expect(
      faults({ fields: [optional], steps: [{ step: 'impute', field: 'x', value: 0 }] }, [input]),
    ).toEqual([]);
    expect(faults({ fields: [{ ...optional, default: 0 }] }, [input])).toEqual([]);
  }
  const encoding = (unknown: unknown) => [
    { step: 'one-hot', field: 'x', categories: [1, 2], as: ['a', 'b'], unknown },
  ];
  const encoded = (unknown: unknown) =>
    faults({ fields: [optional], steps: encoding(unknown) }, [floatInput(['a', 'b'])]);
  expect(encoded('error')).toEqual([
    'preprocessing.steps.0.field: the value of "x" may be missing, which is no category',
  ]);
  expect([...encoded('ignore'), ...encoded({ index: 1 })]).toEqual([]);
  const ignoring = [{ step: 'ordinal', field: 'x', categories: [1], unknown: 'ignore' }];
  expect(faults({ fields: [x], steps: ignoring }, [strict])).toEqual(missing);
  expect(faults({ fields: [optional] }, [floatInput(['x'])])).toEqual([]);
});

test.each([
  ['BYTES', word, true],
  ['BYTES', x, false],
  ['BOOL', { name: 'x', type: 'boolean' }, true],
  ['BOOL', x, false],
  ['INT32', { name: 'x', type: 'boolean' }, true],
  ['FP16', x, true],
])('an input of %s without columns takes the value of its name: %j is right: %s', (dtype, field, fits) => {
  const input = inputSchema.parse({ name: 'x', dtype, shape: ['batch', 1] });
  expect(faults({ fields: [field] }, [input]).length === 0).toBe(fits);
});

test('a whole tensor takes no preprocessing', () => {
  const image = inputSchema.parse({ name: 'x', dtype: 'FP32', shape: ['batch', 8, 8] });
  expect(faults({ fields: [x] }, [image])).toEqual([
    'signature.inputs.0.shape: preprocessing cannot fill the input "x"',
  ]);
});

const PREPROCESSING = `preprocessing:
  fields:
    - {name: width, type: number}
    - {name: colour, type: string}
  steps:
    - {step: scale, field: width, mean: 1, std: 2}
    - step: ordinal
      field: color
      categories: [red, green]
      as: height
prediction:`;

describe('in model.yaml', () => {
  const open = (text: string, samples?: unknown[]) =>
    problemsOf(() =>
      openModelPackage(
        writePackage({
          'model.yaml': text,
          ...(samples && { 'samples.jsonl': sampleLines(samples) }),
        }),
      ),
    );
  const sound = PREPROCESSING.replace('field: color', 'field: colour');

  test('every problem has its line and says what was meant', () => {
    const found = open(manifestWith(['prediction:', PREPROCESSING]));
    expect(briefly(found)).toEqual([
      'MANIFEST_INCONSISTENT at model.yaml:25 preprocessing.steps[1].field',
      'MANIFEST_INCONSISTENT at model.yaml:21 preprocessing.fields[1].name',
    ]);
    expect(found[0]).toMatchObject({ got: '"color"', remedy: 'Did you mean "colour"?' });
  });

  test('a step nobody knows, a key nobody knows', () => {
    const text = manifestWith(['prediction:', sound]).replace('step: scale', 'step: scala');
    const [unknown] = open(text);
    expect(briefly([unknown!])).toEqual(['MANIFEST_INVALID at model.yaml:23 preprocessing.steps[0].step']);
    expect(unknown).toMatchObject({ got: '"scala"', allowed: expect.stringContaining('scale | clip') });
    const more = manifestWith(['prediction:', sound]).replace('std: 2}', 'std: 2, median: 3}');
    expect(briefly(open(more))).toEqual(['MANIFEST_INVALID at model.yaml:23 preprocessing.steps[0].median']);
  });

  const yaml = manifestWith(['prediction:', sound]);
  const sample = { id: 'a', rows: [{ width: 1, colour: 'red' }], outputs: { scores: [[0, 0]] } };

  test('samples as rows', () => {
    expect(open(yaml, [sample])).toEqual([]);
    expect(open(yaml, [{ ...sample, predictions: [{ label: 'no' }], outputs: undefined }])).toEqual([]);
  });

  test('a sample may leave out what a column may be without, its range notwithstanding', () => {
    const text = manifestWith(['prediction:', sound])
      .replace('range: [0, 10]', 'range: [0, 10]\n          required: false')
      .replace('{name: width, type: number}', '{name: width, type: number, required: false}');
    expect(open(text, [{ ...sample, rows: [{ colour: 'red' }] }])).toEqual([]);
    expect(open(text, [{ ...sample, rows: [{ width: -3, colour: 'red' }] }])).toHaveLength(1);
  });

  test.each<[string, object, string[]]>([
    ['an unknown field', { rows: [{ width: 1, color: 'red' }] }, ['rows[0].color', 'rows[0].colour']],
    ['a category nobody knows', { rows: [{ width: 1, colour: 'blue' }] }, ['rows[0].colour']],
    ['a range of the signature', { rows: [{ width: -3, colour: 'red' }] }, ['rows']],
    ['inputs as well', { inputs: { features: [[0, 0]] } }, ['rows']],
    ['neither', { rows: undefined }, ['inputs']],
    ['nothing to expect', { outputs: undefined }, ['outputs']],
    [
      'outputs of another batch',
      {
        outputs: {
          scores: [
            [0, 0],
            [0, 0],
          ],
        },
      },
      ['outputs.scores'],
    ],
  ])('samples with %s', (_, change, places) => {
    const found = open(yaml, [{ ...sample, ...change }]);
    expect(found.map(({ at }) => at)).toEqual(places.map((place) => `samples.jsonl:1 ${place}`));
  });

  test('rows need a preprocessing, predictions a prediction', () => {
    expect(briefly(open(manifestWith(), [sample]))).toEqual(['SAMPLE_MISMATCH at samples.jsonl:1 rows']);
    const silent = yaml.replace(/^prediction:[\s\S]*?(?=^card:)/m, '');
    const found = open(silent, [{ ...sample, predictions: [{ label: 'no' }] }]);
    expect(briefly(found)).toContain('SAMPLE_MISMATCH at samples.jsonl:1 predictions');
  });
});
