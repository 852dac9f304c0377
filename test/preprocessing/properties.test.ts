import type { Tensor } from '@inferstack/runtime/contract';
import fc from 'fast-check';
import { floatInput, transform } from './support/transform';

const COLOURS = ['red', 'green', 'blue'];

const SPEC = {
  fields: [
    { name: 'size', type: 'number', required: false, range: [-50, 50], onViolation: 'impute' },
    { name: 'price', type: 'number', range: [0, 1000], onViolation: 'flag' },
    { name: 'colour', type: 'string', required: false },
    { name: 'sold', type: 'boolean' },
    { name: 'day', type: 'date', required: false },
  ],
  steps: [
    { step: 'impute', field: 'size', value: 1.25 },
    { step: 'bin', field: 'size', edges: [-50, -1, 0, 3, 50], as: 'size bin' },
    { step: 'scale', field: 'size', mean: 0.3, std: 1.7 },
    { step: 'clip', field: 'price', low: 1, high: 900 },
    { step: 'scale', field: 'price', min: 1, max: 900 },
    { step: 'text', field: 'colour', trim: true, lowercase: true },
    { step: 'ordinal', field: 'colour', categories: COLOURS, unknown: { index: -1 }, as: 'rank' },
    { step: 'impute', field: 'colour', value: 'red' },
    { step: 'one-hot', field: 'colour', categories: COLOURS, unknown: 'ignore' },
    { step: 'date', field: 'day', part: 'epoch-days' },
    { step: 'date', field: 'day', part: 'day-of-week', cyclic: true },
  ],
};

const INPUTS = [
  floatInput(['size', 'size bin', 'price', 'rank', 'colour_red', 'colour_green', 'colour_blue']),
  { ...floatInput(['sold', 'day_epoch-days', 'day_day-of-week_sin', 'day_day-of-week_cos']), name: 'more' },
];

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const row = fc.record({
  size: optional(number),
  price: number,
  colour: optional(fc.oneof(fc.constantFrom(' Red', 'green', 'blue ', 'violet'), fc.string())),
  sold: fc.boolean(),
  day: optional(
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString()),
  ),
});
const rows = fc.array(row, { minLength: 1, maxLength: 20 });

const elements = (tensors: readonly Tensor[]) => tensors.map(({ data }) => Array.from(data as Float32Array));

test('a batch is its rows one by one, bit by bit, flags included', () => {
  fc.assert(
    fc.property(rows, (batch) => {
      const together = transform(SPEC, INPUTS, batch);
      const alone = batch.map((one) => transform(SPEC, INPUTS, [one]));
      expect(together.problems).toEqual([]);
      const joined = INPUTS.map((_, i) => alone.flatMap(({ tensors }) => elements(tensors)[i]!));
      expect(elements(together.tensors)).toEqual(joined);
      const findings = alone.flatMap(({ findings: found }, r) => found.map((one) => ({ ...one, row: r })));
      const order = (a: { row: number; field: string }, b: { row: number; field: string }) =>
        a.row - b.row || a.field.localeCompare(b.field);
      expect([...together.findings].sort(order)).toEqual(findings.sort(order));
    }),
    { numRuns: 150 },
  );
});

test('the order of the rows changes nothing but the order of the results', () => {
  fc.assert(
    fc.property(rows, (batch) => {
      const width = (i: number) => INPUTS[i]!.columns!.length;
      const lines = (list: readonly object[]) =>
        transform(SPEC, INPUTS, list).tensors.map(({ data }, i) =>
          list.map((_, r) => Array.from(data as Float32Array).slice(r * width(i), (r + 1) * width(i))),
        );
      expect(lines(batch.toReversed())).toEqual(lines(batch).map((list) => list.toReversed()));
    }),
    { numRuns: 50 },
  );
});

test('whatever comes in: tensors of the whole batch, or problems, never an exception', () => {
  const anything = fc.array(
    fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom('size', 'price', 'colour', 'sold', 'day', 'x'), fc.anything()),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(anything, (batch) => {
      const { tensors, problems } = transform(SPEC, INPUTS, batch);
      if (problems.length > 0) expect(tensors).toEqual([]);
      else expect(tensors.map(({ shape }) => shape[0])).toEqual([batch.length, batch.length]);
    }),
    { numRuns: 300 },
  );
});
