import { OnnxSession } from '@inferstack/runtime/inference';
import { openModelPackage, runGoldenSamples } from '@inferstack/runtime/model';
import type { ServeRole } from '../../runtime/src/serve';
import { parseExposition } from '../runtime/support/exposition-parser';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { onnx } from '../support/onnx-builder';
import {
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';

/** Gives two fields back as the scores of its classes. */
const MANIFEST = `apiVersion: inferstack.dev/v1
kind: Model
name: ruled
version: "1"
signature:
  inputs: [{name: features, dtype: FP32, shape: [batch, 2], columns: [{name: low}, {name: high}]}]
  outputs: [{name: scores, dtype: FP32, shape: [batch, 2]}]
preprocessing:
  fields:
    - {name: low, type: number}
    - {name: high, type: number, default: 9}
    - {name: limit, type: number, required: false, onMissing: flag}
    - {name: at, type: date}
  rules:
    - {name: within-limit, check: compare, left: high, op: <=, right: {field: limit}}
    - {name: ordered, check: compare, left: low, op: <=, right: {field: high}, onViolation: impute, impute: high}
    - {name: small, check: sum, of: [low, high], op: <, right: {value: 100}, onViolation: flag}
    - {name: fresh, check: age, field: at, atMostSeconds: 3600, atLeastSeconds: -60}
prediction: {kind: multiclass, output: scores, classes: [low, high]}
card: {owner: tests, intendedUse: Gives back what it gets., trainingData: none}
`;

const row = { low: 1, high: 2, limit: 5, at: '2024-05-01T12:00:00Z' };
const SAMPLE = {
  id: 'one',
  at: '2024-05-01T12:30:00Z',
  rows: [row, { ...row, low: 3 }],
  outputs: {
    scores: [
      [1, 2],
      [3, 9],
    ],
  },
};

const write = (sample: object) =>
  writePackage({
    'model.yaml': MANIFEST,
    'model.onnx': onnx(),
    'baseline.json': undefined,
    'samples.jsonl': sampleLines([sample]),
  });

let role: ServeRole;
beforeAll(async () => {
  role = await serve(testConfig([write(SAMPLE)]));
});
afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const now = () => new Date().toISOString();
const predict = (rows: readonly object[]) => post(role.ports.inference, '/v2/models/ruled/predict', { rows });

test('rules that are broken: refused, imputed, flagged; the answer says so, and they are counted', async () => {
  const at = now();
  const { json } = await predict([
    { ...row, at },
    { ...row, low: 3, at },
    { low: 60, high: 70, limit: null, at },
  ]);
  expect(json.predictions.map(({ scores }: { scores: object }) => Object.values(scores))).toEqual([
    [1, 2],
    [3, 9],
    [60, 70],
  ]);
  expect(json.predictions.map(({ flags }: { flags?: object }) => flags)).toEqual([
    undefined,
    [{ field: 'high', rule: 'ordered', policy: 'impute' }],
    [
      { field: 'limit', rule: 'missing', policy: 'flag' },
      { field: 'low', rule: 'small', policy: 'flag' },
    ],
  ]);
  const { text } = await get(role.ports.management, '/metrics');
  const family = parseExposition(text).find(({ name }) => name === 'inferstack_quality_findings_total');
  expect(family?.samples.map(({ labels, value }) => [labels.field, labels.rule, value]).sort()).toEqual([
    ['high', 'ordered', 1],
    ['limit', 'missing', 1],
    ['low', 'small', 1],
  ]);
});

test('what is refused names the row, the values and the rule', async () => {
  const { status, json } = await predict([{ ...row, at: now() }, { ...row, high: 6, at: now() }, row]);
  expect(status).toBe(422);
  expect(json.problems).toMatchObject([
    { code: 'INPUT_RULE', at: 'rows[1]', got: 'high: 6, limit: 5', allowed: 'high <= limit' },
    { code: 'INPUT_AGE', at: 'rows[2].at', allowed: 'at least -60 s and at most 3600 s ago' },
  ]);
});

test('golden samples are judged by the time they name, which they have to', async () => {
  const pkg = openModelPackage(write(SAMPLE));
  const session = await OnnxSession.load(pkg, { intraOpThreads: 1 });
  const report = await runGoldenSamples(pkg, (tensors) => session.run(tensors));
  await session.close();
  expect(report).toEqual({ total: 1, failed: 0, failures: [] });
  const { at: _, ...timeless } = SAMPLE;
  const problems = problemsOf(() => openModelPackage(write(timeless)));
  expect(problems.map(({ what }) => what)).toContain(
    'the model judges the age of dates, and the sample does not say when its rows arrived',
  );
});

test('OpenAPI and metadata tell of the rules', async () => {
  const { json: metadata } = await get(role.ports.inference, '/v2/models/ruled');
  expect(metadata.rules.map(({ name }: { name: string }) => name)).toEqual([
    'within-limit',
    'ordered',
    'small',
    'fresh',
  ]);
  const { status, json } = await get(role.ports.inference, '/v2/openapi.json');
  expect(status).toBe(200);
  expect(json.components.schemas.ruled_1_Row.description).toContain('within-limit (compare)');
});
