import type { ServeRole } from '../../runtime/src/serve';
import { post } from './support/http-client';
import { serve } from './support/in-process';
import { copyPackage, removeCopies, sampleRow, samples, testConfig } from './support/packages';

interface Decided {
  readonly label: string;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly decision?: string;
}

let role: ServeRole;
let port: number;
beforeAll(async () => {
  const rawTensors = copyPackage('digits/1', {
    'model.yaml': (yaml) =>
      yaml.replace(/^prediction:[\s\S]*?(?=^card:)/m, '').replace('name: digits', 'name: raw'),
  });
  const unnamed = copyPackage('digits/1', {
    'model.yaml': (yaml) =>
      yaml.replace(/^ {2}threshold: .*\n {2}decision: .*\n/m, '').replace('name: digits', 'name: plain'),
  });
  role = await serve(testConfig(['breast-cancer/1', 'diabetes/1', 'digits/1', rawTensors, unnamed]));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeCopies();
});

const predict = (model: string, rows: unknown) => post(port, `/v2/models/${model}/predict`, { rows });

test('binary: score of the positive class, label and decision by the threshold of the manifest', async () => {
  const all = samples('breast-cancer/1');
  const { status, json } = await predict(
    'breast-cancer',
    all.map((_, i) => sampleRow('breast-cancer/1', i)),
  );
  expect(status).toBe(200);
  expect(json).toMatchObject({ model: 'breast-cancer', model_version: '1' });
  expect(json.predictions).toHaveLength(all.length);
  json.predictions.forEach((prediction: Decided, i: number) => {
    const [malignant, benign] = all[i]!.outputs.probabilities![0]!;
    expect(prediction.score).toBeCloseTo(malignant!, 5);
    expect(prediction.scores.benign).toBeCloseTo(benign!, 5);
    const above = malignant! >= 0.41;
    expect(prediction).toMatchObject(
      above ? { label: 'malignant', decision: 'refer' } : { label: 'benign', decision: 'clear' },
    );
  });
  const decisions = json.predictions.map(({ decision }: { decision: string }) => decision);
  expect(new Set(decisions)).toEqual(new Set(['refer', 'clear']));
});

test('the order of the columns in a row does not matter', async () => {
  const row = sampleRow('breast-cancer/1', 3);
  const reversed = Object.fromEntries(Object.entries(row).reverse());
  const { json } = await predict('breast-cancer', [row, reversed]);
  expect(json.predictions[0]).toEqual(json.predictions[1]);
});

test('multiclass: an image as nested arrays, top label, every score, decision at the threshold', async () => {
  const all = samples('digits/1');
  const { json } = await predict(
    'digits',
    all.map((_, i) => sampleRow('digits/1', i)),
  );
  json.predictions.forEach((prediction: Decided, i: number) => {
    const scores = all[i]!.outputs.probabilities![0]!;
    const top = scores.indexOf(Math.max(...scores));
    expect(prediction.label).toBe(String(top));
    expect(prediction.score).toBeCloseTo(scores[top]!, 5);
    expect(Object.keys(prediction.scores)).toHaveLength(10);
    expect(prediction.decision).toBe(scores[top]! >= 0.94 ? 'accept' : 'review');
  });
});

test('multiclass without a threshold decides nothing', async () => {
  const { json } = await predict('plain', [sampleRow('digits/1')]);
  expect(Object.keys(json.predictions[0])).toEqual(['label', 'score', 'scores']);
});

test('regression: five inputs of three dtypes from one row', async () => {
  const all = samples('diabetes/1');
  const { json } = await predict(
    'diabetes',
    all.map((_, i) => sampleRow('diabetes/1', i)),
  );
  expect(Object.keys(json.predictions[0])).toEqual(['value']);
  json.predictions.forEach(({ value }: { value: number }, i: number) => {
    expect(value).toBeCloseTo(all[i]!.outputs.progression![0]![0]!, 3);
  });
});

test('every bad value of every row is reported with its place', async () => {
  const good = sampleRow('diabetes/1');
  const { s6: _, ...short } = good;
  const rows = [
    good,
    { ...good, age: '40', bmi: 1, sex: '9' },
    'row',
    { ...short, s7: 1, bp: null, serum: [1] },
    { ...good, age: 2.5, toString: 1 },
  ];
  const first = await predict('diabetes', rows);
  expect(first.json.problems).toMatchObject([{ code: 'INPUT_VALUE_TYPE', at: 'rows[2]', got: '"row"' }]);
  rows[2] = good;
  const { status, json } = await predict('diabetes', rows);
  expect([status, json.code]).toEqual([422, 'INPUT_INVALID']);
  const found = json.problems.map(({ code, at }: { code: string; at: string }) => `${code} ${at}`);
  expect(found.sort()).toEqual(
    [
      'INPUT_CATEGORY rows[1].sex',
      'INPUT_MISSING rows[3].bp',
      'INPUT_MISSING rows[3].s6',
      'INPUT_OUT_OF_RANGE rows[1].bmi',
      'INPUT_UNKNOWN rows[3].s7',
      'INPUT_UNKNOWN rows[3].serum',
      'INPUT_UNKNOWN rows[4].toString',
      'INPUT_VALUE_TYPE rows[4].age',
    ].sort(),
  );
  expect(json.problems.find(({ at }: { at: string }) => at === 'rows[3].s7').remedy).toMatch(
    /^Did you mean "s\d"\?$/,
  );
});

test('images of another form or with a bad element', async () => {
  const { image } = sampleRow('digits/1') as { image: number[][][] };
  const ragged = structuredClone(image);
  ragged[0]![3]!.pop();
  const bright = structuredClone(image);
  bright[0]![3]![2] = 16.5;
  const holed = structuredClone(image) as unknown as (number | null)[][][];
  holed[0]![7]![7] = null;
  const { json } = await predict('digits', [{ image: bright }, { image: holed }]);
  expect(json.problems).toMatchObject([
    { code: 'INPUT_OUT_OF_RANGE', at: 'rows[0].image[0][3][2]', got: '16.5', allowed: '0 to 16' },
    { code: 'INPUT_VALUE_TYPE', at: 'rows[1].image[0][7][7]', got: 'null' },
  ]);
  const { json: form } = await predict('digits', [{ image }, { image: ragged }, { image: 7 }, {}]);
  expect(form.problems).toMatchObject([
    { code: 'INPUT_SHAPE', at: 'rows[1].image[0][3]', got: '7 entries', allowed: 'an array of 8 entries' },
    { code: 'INPUT_SHAPE', at: 'rows[2].image', got: '7', allowed: 'an array of 1 entries' },
    { code: 'INPUT_MISSING', at: 'rows[3].image' },
  ]);
});

test('a list of problems ends somewhere, and says how many are missing', async () => {
  const rows = Array.from({ length: 2_000 }, () => ({}));
  const { json } = await predict('diabetes', rows);
  expect(json.problems).toHaveLength(1_000);
  expect(json.omittedProblems).toBe(19_000);
});

test.each([
  ['no rows', [], 422, 'INPUT_INVALID'],
  ['rows that are no list', {}, 400, 'REQUEST_INVALID'],
  ['a missing list', undefined, 400, 'REQUEST_INVALID'],
])('%s', async (_, rows, status, code) => {
  const reply = await predict('diabetes', rows);
  expect([reply.status, reply.json.code]).toEqual([status, code]);
});

test('a model that says nothing about predictions takes tensors only', async () => {
  const reply = await predict('raw', [sampleRow('digits/1')]);
  expect([reply.status, reply.json.code]).toEqual([422, 'MODEL_WITHOUT_PREDICTION']);
  const { image } = samples('digits/1')[0]!.inputs;
  const inputs = [{ name: 'image', datatype: 'FP32', shape: [1, 1, 8, 8], data: image }];
  expect((await post(port, '/v2/models/raw/infer', { inputs })).status).toBe(200);
});
