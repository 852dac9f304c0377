import { type PreprocessingSpec, preprocessingSchema, type ValueType } from '@inferstack/runtime/contract';
import fc from 'fast-check';
import { planPreprocessing } from '../../runtime/src/preprocessing';
import { faults, floatInput, transform } from './support/transform';

// Declarations nobody would write, from few names so that they often fit together after all.

const name = fc.constantFrom('a', 'b', 'c', 'd');
const number = fc.constantFrom(-1, 0, 0.5, 1, 3);
const scalar = fc.oneof(
  { weight: 3, arbitrary: number },
  fc.constantFrom('x', 'y', '2024-02-29', ''),
  fc.boolean(),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const categories = fc.array(scalar, { minLength: 1, maxLength: 3 });
const unknown = fc.oneof(
  fc.constantFrom('error', 'ignore'),
  number.map((n) => ({ index: Math.floor(n) })),
);

const field = fc.record(
  {
    name,
    type: fc.constantFrom('number', 'string', 'boolean', 'date'),
    required: fc.boolean(),
    default: scalar,
    range: fc.tuple(fc.option(number), fc.option(number)),
    categories,
    length: fc.tuple(fc.nat(3), fc.nat(3)),
    pattern: fc.constantFrom('x', '[xy]+', '(', 'a{2,1}'),
    onViolation: fc.constantFrom('reject', 'impute', 'flag'),
  },
  { requiredKeys: ['name', 'type'] },
);
const bare = fc.record({
  name,
  type: fc.constantFrom('number', 'number', 'string', 'boolean', 'date'),
  required: fc.constantFrom(true, true, false),
});

const base = { field: name };
const result = fc.constantFrom('a', 'r1', 'r2', 'r3', 'r4', 'r5');
const one = { as: maybe(result) };
const step = fc.oneof(
  fc.record({ step: fc.constant('impute'), ...base, value: scalar, ...one }),
  fc.record({
    step: fc.constant('scale'),
    ...base,
    mean: maybe(number),
    std: maybe(fc.constant(2)),
    min: maybe(number),
    max: maybe(number),
    ...one,
  }),
  fc.record({ step: fc.constant('clip'), ...base, low: maybe(number), high: maybe(number), ...one }),
  fc.record({
    step: fc.constant('bin'),
    ...base,
    edges: fc.array(number, { minLength: 2, maxLength: 4 }),
    ...one,
  }),
  fc.record({
    step: fc.constant('one-hot'),
    ...base,
    categories,
    unknown,
    as: maybe(fc.array(result, { minLength: 1, maxLength: 3 })),
  }),
  fc.record({ step: fc.constant('ordinal'), ...base, categories, unknown, ...one }),
  fc.record({
    step: fc.constant('date'),
    ...base,
    part: fc.constantFrom('epoch-days', 'month', 'hour', 'year'),
    cyclic: fc.boolean(),
    as: maybe(fc.array(result, { minLength: 1, maxLength: 2 })),
  }),
  fc.record({ step: fc.constant('text'), ...base, trim: fc.boolean(), lowercase: fc.boolean(), ...one }),
);

const declaration = fc
  .record({
    fields: fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: bare }, { weight: 1, arbitrary: field }), {
      minLength: 1,
      maxLength: 3,
      selector: (f) => f.name,
    }),
    steps: fc.array(step, { maxLength: 3 }),
  })
  .map((spec) => JSON.parse(JSON.stringify(spec)) as object);

/** Values for each type, now and then one that does not fit. */
const fitting = {
  number,
  string: fc.constantFrom('x', 'y', ' X', ''),
  boolean: fc.boolean(),
  date: fc.constantFrom('2024-02-29', '1969-12-31T23:00:00Z'),
};
const junk = fc.constantFrom(null, undefined, [1], 'no', Number.MAX_VALUE);
const odd = fc.record(fitting).chain((fits) => fc.tuple(fc.constant(fits), junk, fc.nat(9)));

/** Names of the values that no step uses, if that is all that is wrong: as columns they make the declaration sound. */
function loose(spec: PreprocessingSpec): string[] {
  const names: string[] = [];
  let others = 0;
  planPreprocessing(spec, [], (_, { what, got }) => {
    if (what.startsWith('nothing uses the value')) names.push(String(got));
    else others += 1;
  });
  return others === 0 ? names : [];
}

test('every declaration is sound or said to be wrong; a sound one answers any rows', () => {
  const answered = { sound: 0, tensors: 0 };
  fc.assert(
    fc.property(declaration, fc.array(odd, { minLength: 1, maxLength: 3 }), (given, rows) => {
      const spec = preprocessingSchema.parse(given);
      const columns = loose(spec);
      const inputs = [floatInput(columns.length > 0 ? columns : ['a'])];
      if (faults(spec, inputs).length > 0) return;
      answered.sound += 1;
      const sent = rows.map(([fits, other, chance]) =>
        Object.fromEntries(
          spec.fields.map(({ name: key, type }) => [key, chance === 0 ? other : fits[type as ValueType]]),
        ),
      );
      const { tensors, problems } = transform(spec, inputs, sent);
      if (problems.length > 0) expect(tensors).toEqual([]);
      else expect(tensors[0]!.data).toHaveLength(sent.length * columns.length);
      answered.tensors += tensors.length;
    }),
    { numRuns: 1500 },
  );
  // Else the second half of the property was hardly asked.
  expect(answered.sound).toBeGreaterThan(50);
  expect(answered.tensors).toBeGreaterThan(30);
});
