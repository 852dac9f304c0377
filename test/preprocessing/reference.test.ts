import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ACTIVATIONS } from '../../runtime/src/inference/postprocessing';
import { column, floatInput, transform } from './support/transform';

interface StepCase {
  readonly name: string;
  readonly fields: readonly object[];
  readonly steps: readonly object[];
  readonly rows: readonly object[];
  readonly columns: Readonly<Record<string, (number | null)[]>>;
}

interface ActivationCase {
  readonly activation: 'softmax' | 'sigmoid';
  readonly scores: number[][];
  readonly expected: number[][];
}

const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference/reference.json'), 'utf8')) as {
  readonly steps: StepCase[];
  readonly activations: ActivationCase[];
};

const bits = new DataView(new ArrayBuffer(4));

/** Floats on one counting scale, so that neighbours differ by 1. */
function ordinal(value: number): number {
  bits.setFloat32(0, value);
  const pattern = bits.getInt32(0);
  return pattern < 0 ? -(pattern & 0x7fffffff) : pattern;
}

const ulps = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? (Object.is(a, b) ? 0 : Infinity) : Math.abs(ordinal(a) - ordinal(b));

test('the fixtures cover what they are said to cover', () => {
  const names = reference.steps.map(({ name }) => name).join('\n');
  for (const word of ['StandardScaler', 'MinMaxScaler', 'KBinsDiscretizer', 'SimpleImputer', 'OneHotEncoder'])
    expect(names).toContain(word);
  expect(names).toContain('OrdinalEncoder');
  expect(reference.steps.length).toBeGreaterThan(50);
});

test.each(reference.steps)('$name: the same float32', ({ name, fields, steps, rows, columns }) => {
  const names = Object.keys(columns);
  const { tensors, problems } = transform({ fields, steps }, [floatInput(names)], rows);
  expect(problems).toEqual([]);
  // Sine and cosine of two libraries may differ in the last bit of a float64, so by one float32 after rounding.
  const allowed = name.startsWith('cyclic') ? 1 : 0;
  names.forEach((key, i) => {
    const got = column(tensors[0]!, i);
    const want = columns[key]!.map((value) => value ?? Number.NaN);
    const apart = got.map((value, row) => ulps(value, want[row]!));
    expect({ key, apart: apart.filter((distance) => distance > allowed) }).toEqual({ key, apart: [] });
    expect(got).toHaveLength(want.length);
  });
});

test.each(reference.activations)(
  '$activation: the same within one float32',
  ({ activation, scores, expected }) => {
    scores.forEach((row, i) => {
      const got = [...row];
      ACTIVATIONS[activation](got);
      expect(got.map((value, j) => ulps(value, expected[i]![j]!)).filter((distance) => distance > 1)).toEqual(
        [],
      );
    });
  },
);
