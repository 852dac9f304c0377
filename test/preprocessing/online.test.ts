import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OnnxSession, predictionsOf } from '@inferstack/runtime/inference';
import { openModelPackage, runGoldenSamples, SampleInputs } from '@inferstack/runtime/model';
import type { ServeRole } from '../../runtime/src/serve';
import { parseExposition } from '../runtime/support/exposition-parser';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { copyPackage, MODELS, removeCopies, testConfig } from '../runtime/support/packages';
import { onnx } from '../support/onnx-builder';
import { removeTemporaryDirectories, sampleLines, writePackage } from '../support/package-builder';

const EXAMPLE = path.join(MODELS, 'diabetes-fields/1');
const heldOut = readFileSync(path.join(MODELS, 'diabetes-fields/held-out.csv'), 'utf8').trim().split('\n');

/** The held-out rows as callers send them. */
function heldOutRows(): Record<string, unknown>[] {
  const [header, ...lines] = heldOut.map((line) => line.split(','));
  return lines.map((cells) =>
    Object.fromEntries(
      header!
        .map((name, i) => [name, name === 'sex' ? cells[i]! : Number(cells[i])] as const)
        .filter(([name]) => name !== 'label'),
    ),
  );
}

/** A binary model that echoes two preprocessed columns as its probabilities. */
const ECHO = `apiVersion: inferstack.dev/v1
kind: Model
name: echo
version: "1"
signature:
  inputs:
    - {name: features, dtype: FP32, shape: [batch, 2], columns: [{name: no score}, {name: yes score}]}
  outputs:
    - {name: scores, dtype: FP32, shape: [batch, 2]}
preprocessing:
  fields:
    - {name: no score, type: number, range: [-5, 5], onViolation: flag}
    - {name: yes score, type: number, range: [-5, 5], onViolation: impute, default: 0}
postprocessing:
  activation: softmax
  costs: [[0, 1], [3, 0]]
  abstain: {from: 0.2, to: 0.3, decision: ask}
prediction:
  kind: binary
  output: scores
  classes: ["no", "yes"]
  positive: "yes"
card: {owner: tests, intendedUse: Gives back what it gets., trainingData: none}
`;

let role: ServeRole;
let port: number;
beforeAll(async () => {
  const echo = writePackage({
    'model.yaml': ECHO,
    'model.onnx': onnx(),
    'baseline.json': undefined,
    'samples.jsonl': sampleLines([
      {
        id: 'equal',
        rows: [{ 'no score': 1, 'yes score': 1 }],
        outputs: { scores: [[1, 1]] },
        predictions: [{ label: 'yes', score: 0.5, decision: 'above' }],
      },
    ]),
  });
  role = await serve(testConfig(['diabetes-fields/1', 'diabetes/1', echo]));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeCopies();
  removeTemporaryDirectories();
});

const predict = (model: string, rows: unknown) => post(port, `/v2/models/${model}/predict`, { rows });

async function withSession<T>(directory: string, work: (session: OnnxSession) => Promise<T>): Promise<T> {
  const session = await OnnxSession.load(openModelPackage(directory), { intraOpThreads: 1 });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

test('held-out rows online are what golden samples of the same rows give, bit by bit', async () => {
  const pkg = openModelPackage(EXAMPLE);
  const rows = heldOutRows();
  expect(rows).toHaveLength(111);
  const { json } = await predict('diabetes-fields', rows);
  const inputs = await new SampleInputs(pkg.manifest).read({ ...pkg.samples[0]!, rows: rows as never });
  const [output] = await withSession(EXAMPLE, (session) => session.run(inputs));
  expect(json.predictions.map(({ value }: { value: number }) => value)).toEqual(
    Array.from(output!.data as Float32Array),
  );
});

test('golden samples: rows through the preprocessing give what scikit-learn gave', async () => {
  const pkg = openModelPackage(EXAMPLE);
  expect(pkg.samples.every(({ rows }) => rows !== undefined)).toBe(true);
  const report = await withSession(EXAMPLE, (session) =>
    runGoldenSamples(pkg, (tensors) => session.run(tensors), predictionsOf(pkg.manifest)),
  );
  expect(report).toEqual({ total: 16, failed: 0, failures: [] });
});

test('a preprocessing that is not the one of the training does not pass its golden samples', async () => {
  const changed = copyPackage('diabetes-fields/1', {
    'model.yaml': (yaml) => yaml.replace('mean: 26.25679758308157', 'mean: 26.5'),
  });
  const pkg = openModelPackage(changed);
  const report = await withSession(changed, (session) =>
    runGoldenSamples(pkg, (tensors) => session.run(tensors)),
  );
  expect(report.failed).toBe(16);
});

test('predictions of a sample are compared as predict answers them', async () => {
  const text = `${JSON.stringify({ id: 'a', rows: heldOutRows().slice(0, 2), predictions: [{ value: 1 }, { value: 2 }] })}\n`;
  const changed = copyPackage('diabetes-fields/1', { 'samples.jsonl': () => text });
  const pkg = openModelPackage(changed);
  const report = await withSession(changed, (session) =>
    runGoldenSamples(pkg, (tensors) => session.run(tensors), predictionsOf(pkg.manifest)),
  );
  expect(report.failures.map(({ at }) => at)).toEqual([
    'samples.jsonl a predictions[0].value',
    'samples.jsonl a predictions[1].value',
  ]);
  const unread = await withSession(changed, (session) =>
    runGoldenSamples(pkg, (tensors) => session.run(tensors)),
  );
  expect(unread.failed).toBe(1);
});

test('optional fields may be left out or null: imputed; required ones may not', async () => {
  const [row] = heldOutRows();
  const { s1: _, ...without } = row!;
  const imputed = { ...row!, s1: 186 };
  const { json } = await predict('diabetes-fields', [without, { ...row!, s1: null }, imputed]);
  expect(json.predictions[0]).toEqual(json.predictions[2]);
  expect(json.predictions[1]).toEqual(json.predictions[2]);
  const { age: __, ...young } = row!;
  const refused = await predict('diabetes-fields', [row, young]);
  expect(refused.status).toBe(422);
  expect(refused.json.problems).toMatchObject([{ code: 'INPUT_MISSING', at: 'rows[1].age' }]);
});

test('rows do not carry columns of the graph, tensors do', async () => {
  const row = { ...heldOutRows()[0]!, 'age bin': 1 };
  const { json } = await predict('diabetes-fields', [row]);
  expect(json.problems).toMatchObject([{ code: 'INPUT_UNKNOWN', at: 'rows[0].age bin' }]);
  const data = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const infer = (values: number[]) =>
    post(port, '/v2/models/diabetes-fields/infer', {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 11], data: values }],
    });
  expect((await infer(data)).json.outputs).toMatchObject([{ name: 'progression', shape: [1, 1] }]);
  const outside = await infer([7, ...data.slice(1)]);
  expect(outside.json.problems).toMatchObject([
    { code: 'INPUT_OUT_OF_RANGE', at: 'inputs.features[0].age bin' },
  ]);
});

test('several bad values of several rows are reported together', async () => {
  const [row] = heldOutRows();
  const { json } = await predict('diabetes-fields', [
    { ...row!, sex: '3', bmi: 5 },
    row,
    { ...row!, age: '40', wine: 1 },
  ]);
  expect(json.problems.map(({ code, at }: { code: string; at: string }) => `${code} ${at}`).sort()).toEqual([
    'INPUT_CATEGORY rows[0].sex',
    'INPUT_OUT_OF_RANGE rows[0].bmi',
    'INPUT_UNKNOWN rows[2].wine',
    'INPUT_VALUE_TYPE rows[2].age',
  ]);
});

test('flagged and imputed values: the answer says so, and they are counted', async () => {
  const rows = [
    { 'no score': 0, 'yes score': 0 },
    { 'no score': 7, 'yes score': 9 },
  ];
  const { json } = await predict('echo', rows);
  expect(json.predictions[0]).toEqual({
    label: 'yes',
    score: 0.5,
    scores: { no: 0.5, yes: 0.5 },
    decision: 'above',
  });
  // The 9 counts as missing, so as the default 0; the 7 stays.
  expect(json.predictions[1]).toMatchObject({
    label: 'no',
    score: 1 / (1 + Math.exp(7)),
    flags: [
      { field: 'no score', rule: 'range', policy: 'flag' },
      { field: 'yes score', rule: 'range', policy: 'impute' },
    ],
  });
  const { text } = await get(role.ports.management, '/metrics');
  const family = parseExposition(text).find(({ name }) => name === 'inferstack_quality_findings_total');
  expect(family?.samples.map(({ labels, value }) => [labels.field, labels.policy, value])).toEqual([
    ['no score', 'flag', 1],
    ['yes score', 'impute', 1],
  ]);
});

test('costs and abstention decide online', async () => {
  const logit = (p: number) => Math.log(p / (1 - p));
  const rows = [0.19, 0.21, 0.26, 0.31].map((p) => ({ 'no score': 0, 'yes score': logit(p) }));
  const { json } = await predict('echo', rows);
  const decided = json.predictions.map(({ label, decision }: { label: string; decision: string }) => [
    label,
    decision,
  ]);
  expect(decided).toEqual([
    ['no', 'below'],
    ['no', 'ask'],
    ['yes', 'ask'],
    ['yes', 'above'],
  ]);
});

describe('rows of other servers are the same rows', () => {
  let other: ServeRole;
  beforeAll(async () => {
    other = await serve(testConfig(['diabetes-fields/1'], { contracts: ['kserve-v1', 'mlflow'] }));
  });
  afterAll(() => other.stop());

  test('KServe v1 by name, MLflow as CSV and as a data frame', async () => {
    const rows = heldOutRows().slice(0, 3);
    const names = Object.keys(rows[0]!);
    const { json } = await predict('diabetes-fields', rows);
    const own = json.predictions.map(({ value }: { value: number }) => value);
    const values = (answers: (number[] | { value: number })[]) =>
      answers.map((answer) => (Array.isArray(answer) ? answer[0] : answer.value));
    const { inference } = other.ports;
    const instances = await post(inference, '/v1/models/diabetes-fields:predict', { instances: rows });
    expect(values(instances.json.predictions)).toEqual(own);
    const data = rows.map((row) => names.map((name) => row[name]));
    const frame = await post(inference, '/invocations', { dataframe_split: { columns: names, data } });
    expect(values(frame.json.predictions)).toEqual(own);
    const csv = [names, ...data].map((cells) => cells.join(',')).join('\n');
    const sent = await post(inference, '/invocations', csv, { headers: { 'content-type': 'text/csv' } });
    expect(values(sent.json.predictions)).toEqual(own);
  });
});

test('metadata names the fields; the OpenAPI document describes them and shows golden samples', async () => {
  const { json } = await get(port, '/v2/models/diabetes-fields');
  expect(json.fields[1]).toMatchObject({ name: 'sex', type: 'string', categories: ['1', '2'] });
  const { json: document } = await get(port, '/v2/openapi.json');
  const row = document.components.schemas['diabetes-fields_1_Row'];
  expect(row.required).toEqual(['age', 'sex', 'bmi', 'bp']);
  expect(row.properties.sex.enum).toEqual(['1', '2']);
  const content =
    document.paths['/v2/models/diabetes-fields/predict'].post.requestBody.content['application/json'];
  const [example] = Object.values(content.examples) as { value: { rows: unknown[] } }[];
  expect((await predict('diabetes-fields', example!.value.rows)).status).toBe(200);
});
