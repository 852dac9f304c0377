import type { Problem } from '@inferstack/runtime/contract';
import { inputProblems } from '@inferstack/runtime/inference';
import type { ServeRole } from '../../runtime/src/serve';
import { post } from './support/http-client';
import { serve } from './support/in-process';
import { copyPackage, removeCopies, samples, testConfig } from './support/packages';

const flat = (samples('breast-cancer/1')[0]!.inputs.features as number[][])[0]!;
const features = { name: 'features', datatype: 'FP32', shape: [1, 30], data: flat };
const INFER = '/v2/models/breast-cancer/infer';

let role: ServeRole;
let port: number;
beforeAll(async () => {
  role = await serve(testConfig(['breast-cancer/1', 'diabetes/1', 'digits/1']));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeCopies();
});

const withValue = (index: number, value: unknown) => ({
  inputs: [{ ...features, data: flat.map((v, i) => (i === index ? value : v)) }],
});
const seen = new Set<string>();

async function problemsOf(path: string, body: unknown): Promise<Problem[]> {
  const reply = await post(port, path, body);
  expect([reply.status, reply.json.code]).toEqual([422, 'INPUT_INVALID']);
  expect(reply.json.error).toContain(reply.json.problems[0].what);
  for (const problem of reply.json.problems as Problem[]) {
    expect(inputProblems).toHaveProperty(problem.code);
    expect(problem.remedy).not.toBe('');
    seen.add(problem.code);
  }
  return reply.json.problems;
}

test.each<[string, unknown, Partial<Problem>[]]>([
  ['no input', { inputs: [] }, [{ code: 'INPUT_MISSING', at: 'inputs.features' }]],
  ['an input twice', { inputs: [features, features] }, [{ code: 'INPUT_DUPLICATE', at: 'inputs.features' }]],
  [
    'a misspelt input',
    { inputs: [{ ...features, name: 'feature' }] },
    [
      { code: 'INPUT_MISSING', at: 'inputs.features' },
      { code: 'INPUT_UNKNOWN', at: 'inputs.feature', remedy: 'Did you mean "features"?' },
    ],
  ],
  [
    'another dtype',
    { inputs: [{ ...features, datatype: 'FP64' }] },
    [{ code: 'INPUT_DTYPE', got: 'FP64', allowed: 'FP32' }],
  ],
  [
    'a row too short',
    { inputs: [{ ...features, shape: [1, 29], data: flat.slice(1) }] },
    [{ code: 'INPUT_SHAPE', got: '[1, 29]', allowed: '[batch, 30]' }],
  ],
  ['another rank', { inputs: [{ ...features, shape: [30] }] }, [{ code: 'INPUT_SHAPE', got: '[30]' }]],
  [
    'no rows',
    { inputs: [{ ...features, shape: [0, 30], data: [] }] },
    [{ code: 'INPUT_SHAPE', got: '[0, 30]' }],
  ],
  ['text for a number', withValue(3, 'much'), [{ code: 'INPUT_VALUE_TYPE', got: '"much"' }]],
  ['a number too large for FP32', withValue(3, 1e39), [{ code: 'INPUT_VALUE_TYPE' }]],
  [
    'null where a value is required',
    withValue(3, null),
    [{ code: 'INPUT_NOT_FINITE', at: 'inputs.features[0].mean area', got: 'NaN' }],
  ],
  [
    'values outside their ranges, both named',
    {
      inputs: [
        {
          ...features,
          shape: [2, 30],
          data: [
            [-1, ...flat.slice(1)],
            [...flat.slice(0, 29), 0.8],
          ],
        },
      ],
    },
    [
      { code: 'INPUT_OUT_OF_RANGE', at: 'inputs.features[0].mean radius', got: '-1', allowed: '0 to 120' },
      { code: 'INPUT_OUT_OF_RANGE', at: 'inputs.features[1].worst fractal dimension', allowed: '0 to 0.7' },
    ],
  ],
  [
    'an output the model does not have',
    { inputs: [features], outputs: [{ name: 'probability' }] },
    [{ code: 'INPUT_UNKNOWN', at: 'outputs.probability', remedy: 'Did you mean "probabilities"?' }],
  ],
])('%s', async (_, body, expected) => {
  expect(await problemsOf(INFER, body)).toEqual(expected.map((problem) => expect.objectContaining(problem)));
});

test('bounds belong to the range although FP32 cannot hold them exactly', async () => {
  const bounds = [0.57, 1.4, 1.6, 0.77, 1.3, 0.39];
  const data = flat.map((value, i) => bounds[i - 4] ?? value);
  expect((await post(port, INFER, { inputs: [{ ...features, data }] })).status).toBe(200);
  expect(await problemsOf(INFER, withValue(4, 0.5701))).toHaveLength(1);
});

test('categories, batch sizes that differ, and whole numbers', async () => {
  const { inputs } = samples('diabetes/1')[0]!;
  const tensor = (name: string, datatype: string, width: number, data: unknown = inputs[name]) => ({
    name,
    datatype,
    shape: [(data as unknown[]).length, width],
    data,
  });
  const body = (age: unknown, sex: unknown, bmi: unknown = inputs.bmi) => ({
    inputs: [
      tensor('age', 'INT64', 1, age),
      tensor('sex', 'BYTES', 1, sex),
      tensor('bmi', 'FP32', 1, bmi),
      tensor('bp', 'FP32', 1),
      tensor('serum', 'FP32', 6),
    ],
  });
  const path = '/v2/models/diabetes/infer';
  expect(await problemsOf(path, body([[40]], [['3']]))).toMatchObject([
    { code: 'INPUT_CATEGORY', at: 'inputs.sex[0].sex', got: '"3"', allowed: '["1","2"]' },
  ]);
  expect(await problemsOf(path, body([[121]], [['1']]))).toMatchObject([
    { code: 'INPUT_OUT_OF_RANGE', at: 'inputs.age[0].age', got: '121', allowed: '0 to 120 years' },
  ]);
  expect(await problemsOf(path, body([[40.5]], [[1]]))).toMatchObject([
    { code: 'INPUT_VALUE_TYPE', got: '40.5' },
    { code: 'INPUT_VALUE_TYPE', got: '1', allowed: 'strings' },
  ]);
  // Beyond 2^53 numbers are read by their digits, but not among strings, where JSON.parse has made other ones of them.
  const big = '9007199254740993';
  expect(await problemsOf(path, body([[big]], [['1']]))).toMatchObject([{ got: big }]);
  const text = JSON.stringify(body([[0]], [['1']])).replace('[[0]]', `[[${big}]]`);
  expect(await problemsOf(path, text)).toMatchObject([{ code: 'INPUT_OUT_OF_RANGE', got: big }]);
  expect(await problemsOf(path, body([[40]], [['1']], [[20], [21]]))).toMatchObject([
    { code: 'INPUT_SHAPE', at: 'inputs.bmi', got: '2', allowed: '1 as in age' },
  ]);
});

test('an image: the range of every element, named by its position', async () => {
  const image = structuredClone(samples('digits/1')[0]!.inputs.image) as unknown as number[][][][];
  image[0]![0]![2]![5] = 17;
  const body = { inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 1, 8, 8], data: image }] };
  expect(await problemsOf('/v2/models/digits/infer', body)).toMatchObject([
    { code: 'INPUT_OUT_OF_RANGE', at: 'inputs.image[0][0][2][5]', got: '17', allowed: '0 to 16' },
  ]);
});

test('every code of the table was seen above, but for those of raw fields and of feature stores', () => {
  const ofFields = [
    'INPUT_LENGTH',
    'INPUT_PATTERN',
    'INPUT_RULE',
    'INPUT_AGE',
    'INPUT_IMAGE',
    'INPUT_IMAGE_SIZE',
  ];
  const ofStores = ['INPUT_FEATURE_MISSING', 'INPUT_FEATURE_GIVEN'];
  expect([...seen, ...ofFields, ...ofStores].sort()).toEqual(Object.keys(inputProblems).sort());
});

test.each<[string, unknown, string]>([
  ['an array', [], 'the body'],
  ['inputs that are no array', { inputs: {} }, 'inputs'],
  ['an id that is no string', { id: 7, inputs: [features] }, 'id'],
  ['an unknown datatype', { inputs: [{ ...features, datatype: 'FLOAT' }] }, 'inputs[0].datatype'],
  ['a negative size', { inputs: [{ ...features, shape: [-1, 30] }] }, 'inputs[0].shape'],
  ['a fractional size', { inputs: [{ ...features, shape: [1.5, 30] }] }, 'inputs[0].shape'],
  ['too few elements', { inputs: [{ ...features, data: flat.slice(1) }] }, 'inputs[0].data'],
  ['a shape that asks for a terabyte', { inputs: [{ ...features, shape: [1e9, 1e3] }] }, 'inputs[0].data'],
  [
    'ragged arrays',
    { inputs: [{ ...features, shape: [2, 30], data: [flat, flat.slice(1)] }] },
    'inputs[0].data',
  ],
  [
    'too many dimensions',
    { inputs: [{ ...features, shape: Array(99).fill(1), data: [1] }] },
    'inputs[0].shape',
  ],
  ['no data', { inputs: [{ ...features, data: undefined }] }, 'inputs[0].data'],
  ['an output without a name', { inputs: [features], outputs: ['label'] }, 'outputs[0]'],
  ['an output twice', { inputs: [features], outputs: [{ name: 'label' }, { name: 'label' }] }, 'outputs'],
])('the form: %s is 400', async (_, body, at) => {
  const reply = await post(port, INFER, body);
  expect([reply.status, reply.json.code]).toEqual([400, 'REQUEST_INVALID']);
  expect(reply.json.problems.map((problem: Problem) => problem.at)).toContain(at);
});

test.each([
  ['cut off', '{"inputs":['],
  ['with something behind', '{"inputs":[]} extra'],
  ['empty', ''],
  ['NaN', '{"inputs":[{"data":[NaN]}]}'],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
])('JSON: %s is 400 and is not quoted back', async (_, body) => {
  const reply = await post(port, INFER, body);
  expect([reply.status, reply.json.code]).toEqual([400, 'REQUEST_SYNTAX']);
  expect(reply.json.error).toMatch(
    /^The body is not (valid JSON|UTF-8)\.( NaN and Infinity are not JSON; null stands for a missing float\.)?$/,
  );
});

test('nesting without end is refused like any other form', async () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  for (const body of [
    `{"inputs":${deep}}`,
    `{"inputs":[{"name":${deep},"shape":[1],"data":${deep}}]}`,
    deep,
  ]) {
    const reply = await post(port, INFER, body);
    expect([reply.status, reply.json.code]).toEqual([400, 'REQUEST_INVALID']);
  }
  expect((await post(port, '/v2/models/digits/predict', `{"rows":[{"image":${deep}}]}`)).status).toBe(422);
});

test('optional values: NaN for a float, the default where there is one', async () => {
  const optional = (extra: string) => (yaml: string) =>
    yaml.replace(
      "on the perimeter', range: [0, 120]}",
      `on the perimeter', range: [0, 120], required: false${extra}}`,
    );
  const trees = copyPackage('breast-cancer/2', { 'model.yaml': optional('') });
  const linear = copyPackage('breast-cancer/1', { 'model.yaml': optional(', default: 14') });
  const other = await serve(testConfig([trees, linear]));
  const infer = (version: number, radius: unknown) =>
    post(other.ports.inference, `/v2/models/breast-cancer/versions/${version}/infer`, withValue(0, radius));
  const predict = (version: number, row: unknown) =>
    post(other.ports.inference, `/v2/models/breast-cancer/versions/${version}/predict`, { rows: [row] });
  const columns: string[] = (
    await post(other.ports.inference, '/v2/models/breast-cancer/predict', { rows: [{}] })
  ).json.problems.map((problem: Problem) => problem.at.replace('rows[0].', ''));
  expect(columns).toHaveLength(29);
  const row = Object.fromEntries(columns.map((name, i) => [name, flat[i + 1]]));

  expect((await infer(2, null)).status).toBe(200);
  expect((await predict(2, row)).json.predictions[0].score).toBe(
    (await infer(2, null)).json.outputs[0].data[0],
  );
  expect((await predict(1, row)).json).toEqual((await predict(1, { ...row, 'mean radius': 14 })).json);
  expect((await predict(1, { ...row, 'mean radius': null })).json).toEqual((await predict(1, row)).json);
  // A whole tensor says NaN itself: the linear model then computes NaN, which JSON writes as null.
  expect((await infer(1, null)).json.outputs[0].data).toEqual([null, null]);
  await other.stop();
});

test('a score that is not finite is an error, never a decision', async () => {
  const optional = copyPackage('breast-cancer/1', {
    'model.yaml': (yaml) => yaml.replace('range: [0, 120]}', 'range: [0, 120], required: false}'),
  });
  const other = await serve(testConfig([optional]));
  const { json } = await post(other.ports.inference, '/v2/models/breast-cancer/predict', { rows: [{}] });
  const row = Object.fromEntries(
    json.problems.map((problem: Problem, i: number) => [problem.at.replace('rows[0].', ''), flat[i + 1]]),
  );
  const reply = await post(other.ports.inference, '/v2/models/breast-cancer/predict', { rows: [row] });
  expect([reply.status, reply.json.code]).toEqual([500, 'INFERENCE_NOT_FINITE']);
  await other.stop();
});
