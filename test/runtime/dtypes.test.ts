import type { ServeRole } from '../../runtime/src/serve';
import { removeTemporaryDirectories } from '../support/package-builder';
import { type Column, echoPackage as echo } from './support/echo-package';
import { post, type Reply } from './support/http-client';
import { serve } from './support/in-process';
import { testConfig } from './support/packages';

const COLUMNS: readonly Column[] = [
  { input: 'flag', dtype: 'BOOL', type: 'BOOL', value: true },
  { input: 'tiny', dtype: 'UINT8', type: 'UINT8', value: 255 },
  { input: 'whole', dtype: 'INT32', type: 'INT32', value: -2147483648 },
  { input: 'long', dtype: 'INT64', type: 'INT64', value: -9007199254740991 },
  { input: 'half', dtype: 'FP16', type: 'FLOAT16', value: 0.5 },
  { input: 'single', dtype: 'FP32', type: 'FLOAT', value: 0.1 },
  { input: 'double', dtype: 'FP64', type: 'DOUBLE', value: 0.1 },
  { input: 'text', dtype: 'BYTES', type: 'STRING', value: 'ä "quoted"\n' },
];

const SCORE: readonly Column[] = [{ input: 'score', dtype: 'FP32', type: 'FLOAT', value: 0.75 }];
const binary = `prediction: {kind: binary, output: score-out, classes: [bad, good], positive: good, threshold: 0.75}\n`;
const regression = 'prediction: {kind: regression, output: score-out, unit: mm}\n';

let role: ServeRole;
let port: number;
beforeAll(async () => {
  const packages = [
    echo('echo', COLUMNS, ['batch', 1]),
    echo('wide', SCORE, ['batch', 1], binary),
    echo('slim', SCORE, ['batch'], binary),
    echo('single', SCORE, [1, 1], regression),
    echo('series', [SCORE[0]!, { ...SCORE[0]!, input: 'weight' }], ['batch', 'time']),
  ];
  role = await serve(testConfig(packages));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const tensor = (name: string, datatype: string, data: unknown[], shape = [data.length, 1]) => ({
  name,
  datatype,
  shape,
  data,
});

/** Sends every column, one of them with other data, and gives back what came out of that one. */
async function echoed(input: string, ...data: unknown[]): Promise<Reply> {
  const { dtype } = COLUMNS.find((column) => column.input === input)!;
  const others = COLUMNS.filter((column) => column.input !== input);
  const inputs = [
    ...others.map((column) =>
      tensor(
        column.input,
        column.dtype,
        data.map(() => column.value),
      ),
    ),
    tensor(input, dtype, data),
  ];
  return post(port, '/v2/models/echo/infer', { inputs, outputs: [{ name: `${input}-out` }] });
}

test.each<[string, unknown[], string]>([
  ['flag', [true, false], '[true,false]'],
  ['tiny', [0, 255], '[0,255]'],
  ['whole', [-2147483648, 2147483647], '[-2147483648,2147483647]'],
  [
    'long',
    ['9223372036854775807', '-9223372036854775808', 7],
    '[9223372036854775807,-9223372036854775808,7]',
  ],
  ['half', [0.1, -65504, 2 ** -24], '[0.0999755859375,-65504,5.960464477539063e-8]'],
  ['half', [null, 1], '[null,1]'],
  ['single', [0.1, -0.5], '[0.10000000149011612,-0.5]'],
  ['double', [0.1, 1e300], '[0.1,1e+300]'],
  ['text', ['', 'ä "q"\n'], '["","ä \\"q\\"\\n"]'],
])('%s %j comes back as %s', async (input, data, written) => {
  // An FP16 input without columns requires its values, so null is refused there; everything else passes through.
  const reply = await echoed(input, ...data);
  if (data.includes(null)) {
    expect([reply.status, reply.json.problems[0].code]).toEqual([422, 'INPUT_NOT_FINITE']);
  } else {
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(`"data":${written}}`);
  }
});

test.each<[string, unknown]>([
  ['flag', 1],
  ['flag', 'true'],
  ['tiny', 256],
  ['tiny', -1],
  ['whole', 2147483648],
  ['whole', 0.5],
  ['long', '9223372036854775808'],
  ['long', '1.5'],
  ['long', 1e30],
  ['half', 65520],
  ['single', 1e39],
  ['double', '1'],
  ['text', 7],
  ['text', null],
])('%s does not take %j', async (input, value) => {
  const { status, json } = await echoed(input, value);
  expect(status).toBe(422);
  expect(json.problems).toMatchObject([{ code: 'INPUT_VALUE_TYPE', at: `inputs.${input}[element 0]` }]);
});

test.each(['wide', 'slim'])('binary with a single score: %s', async (model) => {
  const row = (score: number) => ({ score: model === 'wide' ? [score] : score });
  const { json } = await post(port, `/v2/models/${model}/predict`, { rows: [row(0.75), row(0.25)] });
  expect(json.predictions).toEqual([
    { label: 'good', score: 0.75, scores: { bad: 0.25, good: 0.75 }, decision: 'above' },
    { label: 'bad', score: 0.25, scores: { bad: 0.75, good: 0.25 }, decision: 'below' },
  ]);
});

test('a model without a batch dimension takes one row a request', async () => {
  const predict = (...scores: number[]) =>
    post(port, '/v2/models/single/predict', { rows: scores.map((score) => ({ score: [[score]] })) });
  expect((await predict(0.5)).json.predictions).toEqual([{ value: 0.5, unit: 'mm' }]);
  const { status, json } = await predict(0.5, 0.25);
  expect(status).toBe(422);
  expect(json.problems).toMatchObject([{ code: 'INPUT_SHAPE', at: 'rows', got: '2' }]);
});

test('sizes known only at run time must agree between inputs', async () => {
  const infer = (...shapes: number[][]) =>
    post(port, '/v2/models/series/infer', {
      inputs: ['score', 'weight'].map((name, i) => {
        const shape = shapes[i]!;
        return tensor(name, 'FP32', Array(shape[0]! * shape[1]!).fill(0.5), shape);
      }),
    });
  expect((await infer([2, 3], [2, 3])).json.outputs[1]).toMatchObject({ shape: [2, 3] });
  expect((await infer([2, 3], [2, 4])).json.problems).toMatchObject([
    { code: 'INPUT_SHAPE', at: 'inputs.weight', what: 'dimension "time" has two sizes', got: '4' },
  ]);
  expect((await infer([2, 3], [3, 3])).json.problems).toMatchObject([{ got: '3', allowed: '2 as in score' }]);
});
