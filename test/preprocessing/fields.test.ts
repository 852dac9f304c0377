import { inputSchema } from '@inferstack/runtime/contract';
import { parseIsoDate } from '../../runtime/src/preprocessing/iso-date';
import { Collected, column, floatInput, preprocessor, transform } from './support/transform';

const x = { name: 'x', type: 'number' };
const input = [floatInput(['x'])];

/** Rows of x through the fields and steps of a declaration. */
const run = (spec: object, values: readonly unknown[], inputs = input) =>
  transform(
    spec,
    inputs,
    values.map((value) => ({ x: value })),
  );

test('numbers, strings, booleans and dates are what JSON calls them, nothing else', () => {
  const encode = (categories: unknown[]) => [{ step: 'ordinal', field: 'x', categories, unknown: 'ignore' }];
  const days = [{ step: 'date', field: 'x', part: 'epoch-days', as: ['x1'] }];
  const wrong = (spec: object, values: unknown[], inputs = input) => run(spec, values, inputs).problems;
  const places = (count: number) =>
    Array.from({ length: count }, (_, i) => `INPUT_VALUE_TYPE at rows[${i}].x`);
  expect(wrong({ fields: [x] }, ['1', true, [], {}, [1]])).toEqual(places(5));
  expect(wrong({ fields: [{ ...x, type: 'string' }], steps: encode(['a']) }, [1, true, ['a']])).toEqual(
    places(3),
  );
  expect(wrong({ fields: [{ ...x, type: 'boolean' }] }, [1, 'true', 0])).toEqual(places(3));
  const naive = [
    '2024-01-01T00:00',
    '2024-02-30',
    '01.02.2024',
    '2024-1-1',
    1704067200000,
    '2024-01-01T24:00Z',
  ];
  expect(wrong({ fields: [{ ...x, type: 'date' }], steps: days }, naive, [floatInput(['x1'])])).toEqual(
    places(6),
  );
});

test('what is missing: left out, null, or NaN of a typed column', () => {
  expect(transform({ fields: [x] }, input, [{}, { x: null }]).problems).toEqual([
    'INPUT_MISSING at rows[0].x',
    'INPUT_MISSING at rows[1].x',
  ]);
  const optional = { fields: [{ ...x, required: false }] };
  expect(column(transform(optional, input, [{}, { x: null }, { x: 3 }]).tensors[0]!, 0)).toEqual([
    NaN,
    NaN,
    3,
  ]);
  const filled = { fields: [{ ...x, required: false, default: 7 }] };
  const problems = new Collected();
  const [tensor] = preprocessor(filled, input).transform([Float64Array.of(1, NaN, 3)], 3, problems);
  expect([column(tensor!, 0), problems.total]).toEqual([[1, 7, 3], 0]);
});

test('infinity from a typed column is no number', () => {
  const problems = new Collected();
  preprocessor({ fields: [x] }, input).transform([Float64Array.of(1, Infinity)], 2, problems);
  expect(problems.listed).toMatchObject([{ code: 'INPUT_NOT_FINITE', at: 'rows[1].x' }]);
});

test('rows that are none, names nobody knows, names every object has', () => {
  expect(transform({ fields: [x] }, input, []).problems).toEqual(['INPUT_SHAPE at rows']);
  expect(transform({ fields: [x] }, input, [1, null, [1]]).problems).toHaveLength(3);
  const inherited = transform(
    { fields: [x, { ...x, name: 'toString', required: false }] },
    [floatInput(['x', 'toString'])],
    [{ x: 1, y: 2 }],
  );
  expect(inherited.problems).toEqual(['INPUT_UNKNOWN at rows[0].y']);
});

test('a model without batch dimension takes one row', () => {
  const fixed = [inputSchema.parse({ name: 'x', dtype: 'FP32', shape: [1, 1] })];
  expect(run({ fields: [x] }, [1, 2], fixed).problems).toEqual(['INPUT_SHAPE at rows']);
  expect(run({ fields: [x] }, [1], fixed).tensors).toMatchObject([{ shape: [1, 1] }]);
});

describe('rules', () => {
  const range = { ...x, range: [0, 10] };

  test('reject, which is the default, names every value', () => {
    expect(run({ fields: [range] }, [0, -1, 10, 11]).problems).toEqual([
      'INPUT_OUT_OF_RANGE at rows[1].x',
      'INPUT_OUT_OF_RANGE at rows[3].x',
    ]);
  });

  test('flag keeps the value and says so', () => {
    const { tensors, findings, problems } = run({ fields: [{ ...range, onViolation: 'flag' }] }, [5, -1, 11]);
    expect(column(tensors[0]!, 0)).toEqual([5, -1, 11]);
    const found = { field: 'x', rule: 'range', policy: 'flag' };
    expect([findings, problems]).toEqual([
      [
        { row: 1, ...found },
        { row: 2, ...found },
      ],
      [],
    ]);
  });

  test('impute takes the value for missing: the default, else what a step puts in', () => {
    const imputing = { ...range, onViolation: 'impute' };
    const steps = [{ step: 'impute', field: 'x', value: 4 }];
    const byStep = run({ fields: [imputing], steps }, [5, -1]);
    expect(column(byStep.tensors[0]!, 0)).toEqual([5, 4]);
    expect(byStep.findings).toEqual([{ row: 1, field: 'x', rule: 'range', policy: 'impute' }]);
    expect(column(run({ fields: [{ ...imputing, default: 3 }] }, [5, -1]).tensors[0]!, 0)).toEqual([5, 3]);
  });

  test.each([
    ['categories', { categories: ['a', 'b'] }, 'a', 'c', 'INPUT_CATEGORY'],
    ['length', { length: [1, 2] }, '\u{1f600}\u{1f600}', 'abc', 'INPUT_LENGTH'],
    ['length', { length: [1, 2] }, 'a', '', 'INPUT_LENGTH'],
    ['pattern', { pattern: '[A-Z]{2}' }, 'AB', 'xABx', 'INPUT_PATTERN'],
    ['pattern', { pattern: 'a|b' }, 'b', 'ab', 'INPUT_PATTERN'],
  ])('%s of texts', (rule, declared, good, bad, code) => {
    const steps = [{ step: 'ordinal', field: 'x', categories: ['?'], unknown: 'ignore' }];
    const field = { name: 'x', type: 'string', ...declared };
    expect(run({ fields: [field], steps }, [good, bad]).problems).toEqual([`${code} at rows[1].x`]);
    const flagged = run({ fields: [{ ...field, onViolation: 'flag' }], steps }, [good, bad]);
    expect(flagged.findings).toEqual([{ row: 1, field: 'x', rule, policy: 'flag' }]);
  });

  test('categories of numbers', () => {
    const field = { ...x, categories: [1, 2] };
    expect(run({ fields: [field] }, [1, 2, 1.5]).problems).toEqual(['INPUT_CATEGORY at rows[2].x']);
  });
});

test('unknown categories are refused by name of the field, although a step renamed it', () => {
  const steps = [
    { step: 'text', field: 'x', lowercase: true, as: 'low' },
    { step: 'one-hot', field: 'low', categories: ['a', 'b'], as: ['y', 'z'] },
  ];
  const spec = { fields: [{ name: 'x', type: 'string' }], steps };
  const inputs = [floatInput(['y', 'z'])];
  expect(run(spec, ['A', 'c'], inputs).problems).toEqual(['INPUT_CATEGORY at rows[1].x']);
  expect(Array.from(run(spec, ['A', 'b'], inputs).tensors[0]!.data as Float32Array)).toEqual([1, 0, 0, 1]);
});

test('a step under another name leaves its source as it was', () => {
  const steps = [{ step: 'clip', field: 'x', low: 0, as: 'y' }];
  const { tensors } = run({ fields: [x], steps }, [-2, 2], [floatInput(['x', 'y'])]);
  expect(Array.from(tensors[0]!.data as Float32Array)).toEqual([-2, 0, 2, 2]);
});

test.each([
  ['INT64', [1, -3], BigInt64Array.of(1n, -3n)],
  ['UINT8', [0, 255], Uint8Array.of(0, 255)],
  ['FP64', [0.1, 1e300], Float64Array.of(0.1, 1e300)],
  ['FP16', [1, -2], Uint16Array.of(0x3c00, 0xc000)],
  ['BF16', [1, -2], Uint16Array.of(0x3f80, 0xc000)],
])('inputs of %s', (dtype, values, data) => {
  const inputs = [inputSchema.parse({ name: 'x', dtype, shape: ['batch', 1] })];
  expect(run({ fields: [x] }, values, inputs).tensors).toEqual([{ name: 'x', dtype, shape: [2, 1], data }]);
});

test('integers take whole numbers they can hold, and say where not', () => {
  const inputs = [inputSchema.parse({ name: 'x', dtype: 'UINT8', shape: ['batch', 1] })];
  expect(run({ fields: [x] }, [1.5, 256, -1, 3], inputs).problems).toEqual([
    'INPUT_VALUE_TYPE at rows[0].x',
    'INPUT_VALUE_TYPE at rows[1].x',
    'INPUT_VALUE_TYPE at rows[2].x',
  ]);
});

test('several inputs: texts as BYTES, booleans as BOOL, numbers', () => {
  const inputs = [
    inputSchema.parse({ name: 'word', dtype: 'BYTES', shape: ['batch'] }),
    inputSchema.parse({ name: 'yes', dtype: 'BOOL', shape: ['batch', 1] }),
    inputSchema.parse({ name: 'x', dtype: 'FP32', shape: ['batch', 1, 1] }),
  ];
  const fields = [x, { name: 'word', type: 'string' }, { name: 'yes', type: 'boolean' }];
  const steps = [{ step: 'text', field: 'word', trim: true }];
  const { tensors } = transform({ fields, steps }, inputs, [
    { word: ' a ', yes: true, x: 1 },
    { word: 'b', yes: false, x: 2 },
  ]);
  expect(tensors).toEqual([
    { name: 'word', dtype: 'BYTES', shape: [2], data: ['a', 'b'] },
    { name: 'yes', dtype: 'BOOL', shape: [2, 1], data: Uint8Array.of(1, 0) },
    { name: 'x', dtype: 'FP32', shape: [2, 1, 1], data: Float32Array.of(1, 2) },
  ]);
});

test.each([
  ['1970-01-01', 0],
  ['1969-12-31T23:59:59.5Z', -500],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['2024-06-01T12:00+05:30', Date.UTC(2024, 5, 1, 6, 30)],
  ['2024-06-01T12:00:01.123456789Z', Date.UTC(2024, 5, 1, 12, 0, 1, 123)],
  ['0050-01-01', Date.parse('0050-01-01')],
  ['2100-02-29', undefined],
  ['2024-00-10', undefined],
  ['2024-13-01', undefined],
  ['2024-04-31', undefined],
  ['2024-01-01T25:00Z', undefined],
  ['2024-01-01T10:00+25:00', undefined],
  [' 2024-01-01', undefined],
  ['2024-01-01 10:00Z', undefined],
  ['', undefined],
])('the date %j', (text, ms) => {
  expect(parseIsoDate(text)).toBe(ms);
});
