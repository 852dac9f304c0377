import { postprocessingSchema, predictionSchema, type Tensor } from '@inferstack/runtime/contract';
import { predictionsOf } from '@inferstack/runtime/inference';
import { costThreshold, openModelPackage } from '@inferstack/runtime/model';
import fc from 'fast-check';
import { cheapestClass } from '../../runtime/src/inference/postprocessing';
import {
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const scores = (rows: readonly number[][]): Tensor => ({
  name: 'scores',
  dtype: 'FP32',
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});

function predict(prediction: object, postprocessing: object, rows: readonly number[][]): readonly object[] {
  const read = predictionsOf({
    prediction: predictionSchema.parse({ output: 'scores', ...prediction }),
    postprocessing: postprocessingSchema.parse(postprocessing),
  });
  return read!([scores(rows)], rows.length);
}

const binary = { kind: 'binary', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 };
const three = { kind: 'multiclass', classes: ['a', 'b', 'c'] };

test('sigmoid: one logit becomes the score of the positive class', () => {
  const [zero, positive, low] = predict(binary, { activation: 'sigmoid' }, [[0], [2], [-800]]);
  expect(zero).toMatchObject({ label: 'yes', score: 0.5, decision: 'above' });
  expect(positive).toMatchObject({ score: 1 / (1 + Math.exp(-2)) });
  expect(low).toMatchObject({ label: 'no', score: 0, scores: { yes: 0, no: 1 } });
});

test('softmax: probabilities that add up to 1, large logits included', () => {
  const [one] = predict(three, { activation: 'softmax' }, [[1000, 999, 0]]) as {
    scores: Record<string, number>;
  }[];
  expect(one).toMatchObject({ label: 'a', score: 1 / (1 + Math.exp(-1)) });
  expect(Object.values(one!.scores).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
});

test('top k, best first, the first of equal ones', () => {
  const [one] = predict(three, { topK: 2 }, [[0.25, 0.5, 0.25]]);
  expect(one).toMatchObject({
    label: 'b',
    top: [
      { label: 'b', score: 0.5 },
      { label: 'a', score: 0.25 },
    ],
  });
});

test('abstain: in the band the decision is its own, the label stays', () => {
  const postprocessing = { abstain: { from: 0.25, to: 0.75, decision: 'ask' } };
  const decided = { ...binary, decision: { above: 'grant', below: 'refuse' } };
  const found = predict(decided, postprocessing, [[0.125], [0.25], [0.5], [0.75]]);
  expect(found).toMatchObject([
    { label: 'no', decision: 'refuse' },
    { label: 'no', decision: 'ask' },
    { label: 'yes', decision: 'ask' },
    { label: 'yes', decision: 'grant' },
  ]);
});

test('costs of a binary model stand for its threshold', () => {
  // A miss costs nine times as much as a false alarm.
  const costs = [
    [0, 1],
    [9, 0],
  ];
  expect([costThreshold(costs, 1), costThreshold(costs, 0)]).toEqual([0.1, 0.9]);
  const { threshold: _, ...unthresholded } = binary;
  const found = predict(unthresholded, { costs }, [[0.09], [0.125]]);
  expect(found).toMatchObject([
    { label: 'no', decision: 'below' },
    { label: 'yes', decision: 'above' },
  ]);
});

test('costs of a multiclass model: the cheapest class and its score', () => {
  const costs = [
    [0, 1, 1],
    [1, 0, 1],
    [20, 20, 0],
  ];
  expect(predict(three, { costs }, [[0.5, 0.375, 0.125]])).toMatchObject([{ label: 'c', score: 0.125 }]);
});

test('the threshold and the cheapest class agree', () => {
  const cost = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(cost, cost, fc.double({ min: 0, max: 1, noNaN: true }), (alarm, miss, p) => {
      const costs = [
        [0, alarm],
        [miss, 0],
      ];
      const threshold = costThreshold(costs, 1);
      fc.pre(Math.abs(p - threshold) > 1e-9);
      expect(cheapestClass([1 - p, p], costs)).toBe(p >= threshold ? 1 : 0);
    }),
  );
});

test('without postprocessing nothing is changed', () => {
  const [one] = predict(three, {}, [[0.25, 0.5, 0.25]]);
  expect(one).toEqual({ label: 'b', score: 0.5, scores: { a: 0.25, b: 0.5, c: 0.25 } });
});

describe('in model.yaml', () => {
  const open = (...edits: [string, string][]) =>
    problemsOf(() => openModelPackage(writePackage({ 'model.yaml': manifestWith(...edits) }))).map(
      ({ at, what }) => `${at}: ${what}`,
    );
  const withText = (text: string): [string, string] => [
    'prediction:',
    `postprocessing: ${text}\nprediction:`,
  ];

  test.each<[string, string]>([
    ['{activation: sigmoid}', 'sigmoid makes no probabilities'],
    ['{topK: 1}', 'topK has no meaning for a binary model'],
    ['{costs: [[0, 1], [1, 0]]}', 'by `threshold` or by `costs`'],
    ['{abstain: {from: 0.6, to: 0.7}}', 'the band does not enclose'],
    ['{abstain: {from: 0.6, to: 0.4}}', '`from` is not below'],
  ])('%s', (text, what) => {
    expect(open(withText(text))).toEqual([expect.stringMatching(/^model\.yaml:18 postprocessing/)]);
    expect(open(withText(text))[0]).toContain(what);
  });

  test.each<[string, string]>([
    ['[[0, 1]]', 'Too small'],
    ['[[0, 1], [1]]', 'a row and a column'],
    ['[[0, 1], [1, 2]]', 'a wrong answer costs no more'],
  ])('costs %s', (costs, what) => {
    const found = problemsOf(() =>
      openModelPackage(
        writePackage({
          'model.yaml': manifestWith(withText(`{costs: ${costs}}`), ['  threshold: 0.5\n', '']),
        }),
      ),
    );
    expect(JSON.stringify(found)).toContain(what);
  });

  test('what fits is accepted: softmax of two logits; costs without a threshold', () => {
    expect(open(withText('{activation: softmax, abstain: {from: 0.4, to: 0.6}}'))).toEqual([]);
    expect(open(withText('{costs: [[0, 1], [5, 0]]}'), ['  threshold: 0.5\n', ''])).toEqual([]);
  });

  test('without a prediction there is nothing to treat', () => {
    const text = manifestWith(withText('{activation: softmax}')).replace(
      /^prediction:[\s\S]*?(?=^card:)/m,
      '',
    );
    const found = problemsOf(() => openModelPackage(writePackage({ 'model.yaml': text })));
    expect(found[0]).toMatchObject({ what: 'there is no prediction to postprocess' });
  });
});
