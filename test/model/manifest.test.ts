import { openModelPackage } from '../../runtime/src/model';
import {
  briefly,
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const PREDICTION = `prediction:
  kind: binary
  output: scores
  classes: [yes, no]
  positive: yes
  threshold: 0.5
`;

/** Problems of the sound package with an edited manifest; samples and baseline left sound. */
const problemsAfter = (...edits: readonly (readonly [string, string])[]) =>
  problemsOf(() => openModelPackage(writePackage({ 'model.yaml': manifestWith(...edits) })));

describe('syntax', () => {
  test('a duplicate key', () => {
    expect(problemsAfter(['kind: Model', 'kind: Model\nkind: Model'])).toMatchObject([
      { code: 'MANIFEST_SYNTAX', at: 'model.yaml:3', what: 'map keys must be unique' },
    ]);
  });

  test('a bracket that is never closed', () => {
    const found = problemsAfter(['shape: [batch, 2]', 'shape: [batch, 2']);
    expect(found[0]).toMatchObject({
      code: 'MANIFEST_SYNTAX',
      at: expect.stringMatching(/^model\.yaml:\d+$/),
    });
  });

  test('a tag that would make objects', () => {
    expect(briefly(problemsAfter(['owner: tests', 'owner: !!python/object:os.system x']))).toEqual([
      'MANIFEST_SYNTAX at model.yaml:25',
    ]);
  });

  test('aliases that multiply', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++) {
      const before = `*${'abcdefghi'[i - 1]}`;
      bomb.push(`${'abcdefghi'[i]}: &${'abcdefghi'[i]} [${Array(9).fill(before).join(',')}]`);
    }
    const found = problemsOf(() => openModelPackage(writePackage({ 'model.yaml': bomb.join('\n') })));
    expect(found).toMatchObject([{ code: 'MANIFEST_SYNTAX', what: expect.stringContaining('alias') }]);
  });

  test.each(['', '# only a comment', '- a\n- list', 'just text'])(
    'a document that is no mapping: %j',
    (text) => {
      const found = problemsOf(() => openModelPackage(writePackage({ 'model.yaml': text })));
      expect(found).toContainEqual(
        expect.objectContaining({ code: 'MANIFEST_INVALID', at: 'model.yaml:1 (root)' }),
      );
    },
  );

  test('two documents in one file', () => {
    expect(problemsAfter(['metrics:', '---\nmetrics:'])[0]?.code).toBe('MANIFEST_SYNTAX');
  });
});

describe('values', () => {
  test('an unknown key, at its own line', () => {
    expect(problemsAfter(['owner: tests', 'owner: tests\n  onwer: x'])).toMatchObject([
      { code: 'MANIFEST_INVALID', at: 'model.yaml:26 card.onwer', what: 'unknown key "onwer"' },
    ]);
  });

  test('__proto__ is an unknown key like any other', () => {
    expect(
      problemsAfter(['owner: tests', 'owner: tests\n  __proto__: {license: MIT}']).length,
    ).toBeGreaterThan(0);
  });

  test('a dtype that does not exist, with its line and path', () => {
    expect(problemsAfter(['dtype: FP32', 'dtype: float'])).toContainEqual(
      expect.objectContaining({
        code: 'MANIFEST_INVALID',
        at: 'model.yaml:8 signature.inputs[0].dtype',
        got: '"float"',
        allowed: expect.stringContaining('"FP32"'),
      }),
    );
  });

  test('a missing value, at the line of its parent', () => {
    expect(problemsAfter(['  owner: tests\n', ''])).toMatchObject([
      { at: 'model.yaml:24 card.owner', what: 'a required value is missing' },
    ]);
  });

  test.each([['""'], ['"  "']])('an empty value: %s', (empty) => {
    expect(problemsAfter(['owner: tests', `owner: ${empty}`])).toMatchObject([
      { at: 'model.yaml:25 card.owner', what: 'a required value is empty' },
    ]);
  });

  test('a key without a value', () => {
    expect(problemsAfter(['owner: tests', 'owner:'])).toMatchObject([
      { what: 'a required value is missing' },
    ]);
  });

  test('a version that YAML reads as a number', () => {
    expect(problemsAfter(['version: "1"', 'version: 1.10'])).toMatchObject([
      { at: 'model.yaml:4 version', got: '1.1', allowed: 'string' },
    ]);
  });

  test.each(['.nan', '.inf', '-.inf'])('a metric of %s', (value) => {
    expect(problemsAfter(['value: 0.9', `value: ${value}`])).toMatchObject([
      { at: 'model.yaml:29 metrics[0].value', got: expect.stringMatching(/NaN|Infinity/) },
    ]);
  });
});

const IN = 'signature.inputs[0]';

test.each<[what: string, place: string, line: string, ...edits: [string, string][]]>([
  ['two columns of the same name', `${IN}.columns[1].name`, '- name: width', ['height', 'width']],
  ['fewer columns than the last dimension', `${IN}.columns`, 'columns:', ['        - name: height\n', '']],
  ['a range upside down', `${IN}.columns[0].range`, 'range: [10, 0]', ['[0, 10]', '[10, 0]']],
  [
    'a range beside columns',
    `${IN}.range`,
    'range: [0, 1]',
    ['[batch, 2]', '[batch, 2]\n      range: [0, 1]'],
  ],
  [
    'categories of floats',
    `${IN}.columns[0].categories`,
    'categories',
    ['range: [0, 10]', 'categories: [1, 2]'],
  ],
  [
    'range and categories together',
    `${IN}.columns[0].categories`,
    'categories',
    ['range: [0, 10]', 'range: [0, 10]\n          categories: [1]'],
  ],
  ['a default of a required column', `${IN}.columns[0].default`, 'default: 1', optional('default: 1')],
  [
    'a default outside the range',
    `${IN}.columns[0].default`,
    'default: 11',
    optional('required: false', 'default: 11'),
  ],
  [
    'a default of another type',
    `${IN}.columns[0].default`,
    'default: a',
    optional('required: false', 'default: a'),
  ],
  ['a prediction from no output', 'prediction.output', 'output: score', ['output: scores', 'output: score']],
  ['three classes of a binary model', 'prediction.classes', 'maybe', ['[yes, no]', '[yes, no, maybe]']],
  ['the same class twice', 'prediction.classes[1]', '[yes, yes]', ['[yes, no]', '[yes, yes]']],
  ['no classes', 'prediction.classes', 'prediction:', ['  classes: [yes, no]\n', '']],
  ['a positive class that is none', 'prediction.positive', 'maybe', ['positive: yes', 'positive: maybe']],
  ['no positive class', 'prediction.positive', 'prediction:', ['  positive: yes\n', '']],
  ['no threshold of a binary model', 'prediction.threshold', 'prediction:', ['  threshold: 0.5\n', '']],
  ['a unit of a class', 'prediction.unit', 'unit: mm', ['threshold: 0.5', 'threshold: 0.5\n  unit: mm']],
  [
    'classes that are not the last dimension',
    'prediction.classes',
    'maybe',
    ['kind: binary', 'kind: multiclass'],
    ['[yes, no]', '[yes, no, maybe]'],
    ['  positive: yes\n', ''],
  ],
  ['a positive of several classes', 'prediction.positive', 'yes', ['kind: binary', 'kind: multiclass']],
  [
    'decisions without a threshold',
    'prediction.decision',
    'decision',
    ['  threshold: 0.5\n', '  decision: {above: a, below: b}\n'],
  ],
  [
    'the same metric twice',
    'metrics[1].name',
    'value: 1}',
    ['target: 0.8}', 'target: 0.8}\n  - {name: accuracy, value: 1}'],
  ],
])('contradiction: %s', (_, place, line, ...edits) => {
  const found = problemsAfter(...edits).filter(({ code }) => code === 'MANIFEST_INCONSISTENT');
  const problem = found.find(({ at }) => at.endsWith(` ${place}`));
  expect(found.map(({ at }) => at.split(' ')[1])).toContain(place);
  const number = Number(/^model\.yaml:(\d+) /.exec(problem!.at)![1]);
  expect(manifestWith(...edits).split('\n')[number - 1]).toContain(line);
  expect(problem!.remedy.length).toBeGreaterThan(5);
});

/** More lines for the first column. */
function optional(...lines: string[]): [string, string] {
  return ['[0, 10]', ['[0, 10]', ...lines].join('\n          ')];
}

describe.each<[dtype: string, cases: [string, string][]]>([
  [
    'INT64',
    [
      ['required: false', 'columns[0].required'],
      ['default: 1.5\n          required: false', 'columns[0].default'],
      ['default: 99999999999999999999\n          required: false', 'columns[0].default'],
      ['categories: [1, a]', 'columns[0].categories[1]'],
      ['categories: [1, 1]', 'columns[0].categories[1]'],
      ['categories: [1, 2]\n          default: 3\n          required: false', 'columns[0].default'],
    ],
  ],
  ['UINT8', [['categories: [255, 256]', 'columns[0].categories[1]']]],
  [
    'BYTES',
    [
      ['range: [0, 1]', 'columns[0].range'],
      ['categories: [a, 1]', 'columns[0].categories[1]'],
      ['default: 1\n          required: false', 'columns[0].default'],
      ['required: false', 'columns[0].required'],
    ],
  ],
  ['BOOL', [['categories: [0, 1]', 'columns[0].categories']]],
])('columns of %s', (dtype, cases) => {
  const edited = (column: string) =>
    problemsAfter(['dtype: FP32', `dtype: ${dtype}`], ['range: [0, 10]', column]).filter(
      ({ code }) => code === 'MANIFEST_INCONSISTENT',
    );

  test.each(cases)('%j is refused', (column, place) => {
    expect(edited(column).map(({ at }) => at.split(' ')[1])).toEqual([`${IN}.${place}`]);
  });

  test.each(['description: fine', 'sensitivity: restricted'])('%s is fine', (column) => {
    expect(edited(column)).toEqual([]);
  });
});

describe('what is allowed', () => {
  test.each<[string, ...[string, string][]]>([
    ['an open range', ['[0, 10]', '[null, 10]']],
    ['an optional float without default', ['[0, 10]', '[0, 10]\n          required: false']],
    [
      'an optional float with default',
      ['[0, 10]', '[0, 10]\n          required: false\n          default: 0'],
    ],
    [
      'a multiclass model without threshold',
      ['kind: binary', 'kind: multiclass'],
      ['  positive: yes\n  threshold: 0.5\n', ''],
    ],
    [
      'a fixed name of the batch',
      ['shape: [batch, 2]', 'shape: [n, 2]'],
      ['shape: [batch, 2]', 'shape: [n, 2]'],
    ],
    ['no prediction', [PREDICTION, '']],
    [
      'the same metric on two datasets',
      ['target: 0.8}', 'target: 0.8}\n  - {name: accuracy, value: 1, dataset: b}'],
    ],
  ])('%s', (_, ...edits) => {
    expect(problemsAfter(...edits)).toEqual([]);
  });
});

test('a regression has neither classes nor threshold, and one value a row', () => {
  const found = problemsAfter(['kind: binary', 'kind: regression']);
  expect(
    found.filter(({ code }) => code === 'MANIFEST_INCONSISTENT').map(({ at }) => at.split(' ')[1]),
  ).toEqual(['prediction.classes', 'prediction.threshold', 'prediction.positive', 'prediction.classes']);
});

test('a misspelt output suggests the right one', () => {
  expect(problemsAfter(['output: scores', 'output: Score'])[0]?.remedy).toBe('Did you mean "scores"?');
});
