import fc from 'fast-check';
import { column, faults, floatInput, transform } from './support/transform';

const number = (name: string, more: object = {}) => ({ name, type: 'number', ...more });
const optional = (name: string) => number(name, { required: false });
const INPUT = [floatInput(['a', 'b', 'c'])];
const ABC = [optional('a'), optional('b'), optional('c')];

/** Rows that break the only rule of a declaration, told by the problems. */
const refused = (rule: object, rows: readonly object[], fields: readonly object[] = ABC, now?: number) =>
  transform({ fields, rules: [{ name: 'it', ...rule }] }, INPUT, rows, now).problems.map((problem) =>
    Number(/rows\[(\d+)\]/.exec(problem)![1]),
  );

describe('what rules check', () => {
  const rows = [
    { a: 1, b: 2, c: 3 },
    { a: 2, b: 2, c: 3 },
    { a: 3, b: 2, c: 3 },
    { a: 3, c: 3 },
  ];

  test.each([
    ['<', [1, 2]],
    ['<=', [2]],
    ['>', [0, 1]],
    ['>=', [0]],
    ['==', [0, 2]],
    ['!=', [1]],
  ])('a %s b; where b is missing the rule does not bind', (op, broken) => {
    expect(refused({ check: 'compare', left: 'a', op, right: { field: 'b' } }, rows)).toEqual(broken);
    expect(refused({ check: 'compare', left: 'a', op, right: { value: 2 } }, rows.slice(0, 3))).toEqual(
      broken,
    );
  });

  test('sums and differences, with a tolerance for decimal fractions', () => {
    const tenths = [{ a: 0.1, b: 0.2, c: 0.3 }];
    const sum = { check: 'sum', of: ['a', 'b'], op: '==', right: { field: 'c' } };
    expect(refused(sum, tenths)).toEqual([0]);
    expect(refused({ ...sum, tolerance: 1e-9 }, tenths)).toEqual([]);
    expect(refused({ check: 'sum', of: ['a', 'b', 'c'], op: '<=', right: { value: 7 } }, rows)).toEqual([2]);
    expect(refused({ check: 'difference', of: ['c', 'a'], op: '>', right: { value: 0 } }, rows)).toEqual([
      2, 3,
    ]);
  });

  test('required, exactly one, at most one; `when` says for which rows', () => {
    const some = [{}, { a: 1 }, { a: 1, b: 1 }, { a: 0, b: 1, c: 1 }];
    expect(refused({ check: 'required', fields: ['b'] }, some)).toEqual([0, 1]);
    expect(refused({ check: 'one-of', fields: ['a', 'b'] }, some)).toEqual([0, 2, 3]);
    expect(refused({ check: 'exclusive', fields: ['a', 'b'] }, some)).toEqual([2, 3]);
    const needsC = (...when: object[]) => refused({ check: 'required', fields: ['c'], when }, some);
    expect(needsC({ field: 'a', present: true })).toEqual([1, 2]);
    expect(needsC({ field: 'a', present: false })).toEqual([0]);
    expect(needsC({ field: 'a', in: [0, 1] }, { field: 'b', op: '>=', value: 1 })).toEqual([2]);
  });

  test('strings and booleans are equal or not', () => {
    const fields = [
      { name: 's', type: 'string' },
      { name: 't', type: 'string', required: false },
      { name: 'on', type: 'boolean' },
      ...ABC,
    ];
    const given = [
      { s: 'x', t: 'x', on: true },
      { s: 'x', t: 'y', on: false },
      { s: 'x', on: false },
    ];
    const codes = (field: string, as: string) => ({
      step: 'ordinal',
      field,
      categories: ['x', 'y'],
      unknown: 'ignore',
      as,
    });
    const steps = [codes('s', 'r'), codes('t', 'u')];
    const inputs = [floatInput(['a', 'b', 'c', 'r', 'u', 'on'])];
    const broken = (rule: object) =>
      transform({ fields, rules: [{ name: 'it', ...rule }], steps }, inputs, given).problems;
    const same = { check: 'compare', left: 's', op: '==', right: { field: 't' } };
    expect(broken({ ...same, when: [{ field: 't', present: true }] })).toEqual(['INPUT_RULE at rows[1]']);
    expect(broken({ check: 'compare', left: 's', op: '!=', right: { value: 'x' } })).toHaveLength(3);
    expect(
      broken({
        check: 'compare',
        left: 'on',
        op: '==',
        right: { value: true },
        when: [{ field: 't', in: ['x', 'y'] }],
      }),
    ).toEqual(['INPUT_RULE at rows[1]']);
  });
});

describe('ages', () => {
  const NOW = Date.parse('2024-05-01T12:00:00Z');
  const at = { name: 'at', type: 'date', required: false };
  const days = [{ step: 'date', field: 'at', part: 'epoch-days', as: ['days'] }];
  const given = [
    '2024-05-01T12:00:00Z',
    '2024-05-01T11:00:00Z',
    '2024-05-01T10:59:59Z',
    '2024-05-01T12:00:06+00:00',
    null,
  ];
  const run = (rule: object, now?: number) =>
    transform(
      { fields: [at], rules: [{ name: 'fresh', check: 'age', field: 'at', ...rule }], steps: days },
      [floatInput(['days'])],
      given.map((value) => ({ at: value })),
      now,
    );

  test('not older, not from the future, by the clock that is handed in', () => {
    expect(run({ atMostSeconds: 3600 }, NOW).problems).toEqual(['INPUT_AGE at rows[2].at']);
    expect(run({ atLeastSeconds: 0 }, NOW).problems).toEqual(['INPUT_AGE at rows[3].at']);
    expect(run({ atMostSeconds: 3600, atLeastSeconds: -10 }, NOW + 1000).problems).toEqual([
      'INPUT_AGE at rows[1].at',
      'INPUT_AGE at rows[2].at',
    ]);
    const [problem] = run({ atMostSeconds: 3600 }, NOW).listed;
    expect(problem).toMatchObject({ got: 'at: 2024-05-01T10:59:59.000Z', allowed: 'at most 3600 s ago' });
  });

  test('without another clock it is now', () => {
    expect(run({ atMostSeconds: 3600 }).problems).toHaveLength(4);
    expect(run({ atLeastSeconds: 3600 }).problems).toEqual([]);
  });

  test('differences of dates are in seconds', () => {
    const { problems } = transform(
      {
        fields: [at, { ...at, name: 'until' }],
        rules: [{ name: 'span', check: 'difference', of: ['until', 'at'], op: '<=', right: { value: 60 } }],
        steps: days,
      },
      [floatInput(['days'])],
      ['2024-05-01T12:01:00Z', '2024-05-01T12:01:01Z'].map((until) => ({ at: given[0], until })),
    );
    expect(problems).toEqual(['INPUT_RULE at rows[1]']);
  });
});

describe('what becomes of a row that breaks a rule', () => {
  const rule = { name: 'limit', check: 'compare', left: 'a', op: '<=', right: { field: 'b' } };
  const rows = [
    { a: 1, b: 2 },
    { a: 5, b: 2 },
  ];

  test('reject says what was given and what is allowed', () => {
    const { listed, tensors } = transform({ fields: ABC, rules: [rule] }, INPUT, rows);
    expect(tensors).toEqual([]);
    expect(listed).toEqual([
      {
        code: 'INPUT_RULE',
        at: 'rows[1]',
        what: 'the row breaks the rule "limit"',
        got: 'a: 5, b: 2',
        allowed: 'a <= b',
        remedy: 'Check these values together.',
      },
    ]);
  });

  test('flag keeps the row, impute takes one field for missing before any step', () => {
    const flagged = transform({ fields: ABC, rules: [{ ...rule, onViolation: 'flag' }] }, INPUT, rows);
    expect(flagged.findings).toEqual([{ row: 1, field: 'a', rule: 'limit', policy: 'flag' }]);
    expect(column(flagged.tensors[0]!, 0)).toEqual([1, 5]);
    const steps = [{ step: 'impute', field: 'b', value: 9 }];
    const imputed = transform(
      { fields: ABC, rules: [{ ...rule, onViolation: 'impute', impute: 'b' }], steps },
      INPUT,
      rows,
    );
    expect(imputed.findings).toEqual([{ row: 1, field: 'b', rule: 'limit', policy: 'impute' }]);
    expect(column(imputed.tensors[0]!, 1)).toEqual([2, 9]);
  });

  test('imputed fields take their default, required ones too', () => {
    const fields = [number('a'), number('b', { default: 7 }), optional('c')];
    const { tensors } = transform(
      { fields, rules: [{ ...rule, onViolation: 'impute', impute: 'b' }] },
      INPUT,
      rows,
    );
    expect(column(tensors[0]!, 1)).toEqual([2, 7]);
  });

  test('a missing value of an optional field is flagged when it is to be', () => {
    const fields = [number('a'), { ...optional('b'), onMissing: 'flag', default: 3 }, optional('c')];
    const { tensors, findings } = transform({ fields }, INPUT, [{ a: 1 }, { a: 1, b: 2 }]);
    expect(findings).toEqual([{ row: 0, field: 'b', rule: 'missing', policy: 'flag' }]);
    expect(column(tensors[0]!, 1)).toEqual([3, 2]);
  });
});

test('a batch is its rows one by one, whatever the rules', () => {
  const rules = [
    {
      name: 'r1',
      check: 'compare',
      left: 'a',
      op: '<',
      right: { field: 'b' },
      onViolation: 'impute',
      impute: 'b',
    },
    { name: 'r2', check: 'sum', of: ['a', 'b', 'c'], op: '<=', right: { value: 1 }, onViolation: 'flag' },
    {
      name: 'r3',
      check: 'one-of',
      fields: ['b', 'c'],
      onViolation: 'flag',
      when: [{ field: 'a', op: '>', value: 0 }],
    },
  ];
  const value = fc.option(fc.double({ min: -3, max: 3, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(fc.record({ a: value, b: value, c: value }), { minLength: 1, maxLength: 8 }),
      (rows) => {
        const together = transform({ fields: ABC, rules }, INPUT, rows);
        const alone = rows.map((row) => transform({ fields: ABC, rules }, INPUT, [row]));
        const data = (one: typeof together) => Array.from(one.tensors[0]!.data as Float32Array);
        expect(data(together)).toEqual(alone.flatMap(data));
        const order = (a: { row: number; rule: string }, b: typeof a) =>
          a.row - b.row || (a.rule < b.rule ? -1 : 1);
        const found = alone.flatMap(({ findings }, row) => findings.map((finding) => ({ ...finding, row })));
        expect([...together.findings].sort(order)).toEqual(found.sort(order));
      },
    ),
  );
});

test.each([
  [
    'a name that fields use',
    { name: 'range', check: 'exclusive', fields: ['a', 'b'] },
    'rules.0.name: the name is taken',
  ],
  [
    'an unknown field',
    { check: 'compare', left: 'z', op: '<', right: { value: 1 } },
    'rules.0.left: there is no field',
  ],
  [
    'a condition on none',
    { check: 'exclusive', fields: ['a', 'b'], when: [{ field: 'z', present: true }] },
    'when.0.field: there is no field',
  ],
  [
    'another type',
    { check: 'compare', left: 'a', op: '<', right: { field: 's' } },
    'right.field: the step does not work',
  ],
  [
    'a constant of another type',
    { check: 'compare', left: 'a', op: '<', right: { value: '1' } },
    'right.value: the value is no number',
  ],
  [
    'an order of strings',
    { check: 'compare', left: 's', op: '<', right: { value: 'x' } },
    'right.op: values of the type string',
  ],
  [
    'a bound that is no number',
    { check: 'sum', of: ['a', 'b'], op: '<', right: { value: 'x' } },
    'right.value: the bound',
  ],
  [
    'a field that is never missing',
    { check: 'required', fields: ['s'] },
    'fields.0: the field is never missing',
  ],
  ['no age at all', { check: 'age', field: 'd' }, 'rules.0: no age could be right'],
  [
    'an empty interval',
    { check: 'age', field: 'd', atMostSeconds: 1, atLeastSeconds: 2 },
    'rules.0: no age could be right',
  ],
  [
    'impute without a field',
    { check: 'exclusive', fields: ['a', 'b'], onViolation: 'impute' },
    'rules.0.impute: `onViolation: impute`',
  ],
  [
    'a field without impute',
    { check: 'exclusive', fields: ['a', 'b'], impute: 'a' },
    'rules.0.impute: `onViolation: impute`',
  ],
])('refused when the package is opened: %s', (_, rule, message) => {
  const fields = [...ABC, { name: 's', type: 'string' }, { name: 'd', type: 'date' }];
  const steps = [
    { step: 'ordinal', field: 's', categories: ['x'], as: 'r' },
    { step: 'date', field: 'd', part: 'hour', as: ['h'] },
  ];
  const found = faults({ fields, rules: [{ name: 'it', ...rule }], steps }, [
    floatInput(['a', 'b', 'c', 'r', 'h']),
  ]);
  expect(found.join('\n')).toContain(message);
});

test('a rule name twice, and onMissing of a required field', () => {
  const rule = { name: 'it', check: 'exclusive', fields: ['a', 'b'] };
  expect(faults({ fields: ABC, rules: [rule, rule] }, INPUT)).toHaveLength(1);
  const fields = [{ ...number('a'), onMissing: 'flag' }, optional('b'), optional('c')];
  expect(faults({ fields }, INPUT).join()).toContain('fields.0.onMissing: a required field');
});

test('a nullable field that a rule imputes must end in a column that allows it', () => {
  const strict = [{ ...INPUT[0]!, columns: INPUT[0]!.columns!.map((c) => ({ ...c, required: true })) }];
  const fields = [number('a'), number('b'), number('c')];
  const rule = {
    name: 'it',
    check: 'compare',
    left: 'a',
    op: '<',
    right: { field: 'b' },
    onViolation: 'impute',
    impute: 'b',
  };
  expect(faults({ fields }, strict)).toEqual([]);
  expect(faults({ fields, rules: [rule] }, strict).join()).toContain('"b" may be missing');
});
