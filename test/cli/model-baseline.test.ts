import fs from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { copyPackage, MODELS, removeCopies } from '../runtime/support/packages';
import { identity, onnx } from '../support/onnx-builder';
import {
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  temporaryDirectory,
  writePackage,
} from '../support/package-builder';
import { runCli } from '../support/run-cli';

afterAll(() => {
  removeCopies();
  removeTemporaryDirectories();
});

const csv = (text: string): string => {
  const file = path.join(temporaryDirectory(), 'training.csv');
  fs.writeFileSync(file, text);
  return file;
};

const baseline = (directory: string, rows: string) =>
  runCli(['model', 'baseline', directory, '--rows', rows, '--json']);

const MANIFEST = `apiVersion: inferstack.dev/v1
kind: Model
name: fields
version: "1"
signature:
  inputs: [{name: features, dtype: FP32, shape: [batch, 2], columns: [{name: size}, {name: rank}]}]
  outputs: [{name: scores, dtype: FP32, shape: [batch, 2]}]
preprocessing:
  fields: [{name: size, type: number, required: false}, {name: town, type: string, required: false}]
  steps:
    - {step: impute, field: size, value: 10}
    - {step: ordinal, field: town, categories: [a], unknown: ignore, as: rank}
    - {step: impute, field: rank, value: 0}
prediction: {kind: multiclass, output: scores, classes: [up, down]}
card: {owner: tests, intendedUse: Shows a baseline., trainingData: none}
`;

test('the example: columns as they were trained, fields as callers send them', async () => {
  const directory = copyPackage('diabetes-fields/1', {});
  const before = openModelPackage(directory).baseline!;
  expect((await runCli(['model', 'check', directory])).out).toContain('no statistics of the fields');
  const run = await baseline(directory, path.join(MODELS, 'diabetes-fields/held-out.csv'));
  expect(run.json()).toMatchObject({ ok: true, rows: 111, features: 11, fields: 10 });
  const after = openModelPackage(directory).baseline!;
  expect(after.scores).toEqual(before.scores);
  expect(Object.keys(after.features)).toEqual(Object.keys(before.features));
  expect(after.fields!['sex']).toMatchObject({ kind: 'categorical', unseen: 0, nulls: 0 });
  const { counts, edges } = after.fields!['bmi'] as { counts: number[]; edges: number[] };
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(111);
  expect(edges[0]).toBeGreaterThan(15);
  expect((await runCli(['model', 'check', directory])).out).not.toContain('no statistics of the fields');
});

describe('raw fields', () => {
  const write = (manifest = MANIFEST) =>
    writePackage({
      'model.yaml': manifest,
      'model.onnx': onnx(identity()),
      'baseline.json': undefined,
      'samples.jsonl': sampleLines([
        { id: 'one', inputs: { features: [[1, 1]] }, outputs: { scores: [[1, 1]] } },
      ]),
    });

  test('numbers, categories, nulls, and what is not listed', async () => {
    const directory = write();
    const towns = Array.from({ length: 150 }, (_, i) => `town-${i}`);
    const lines = towns.map((town, i) => `${i % 10 === 0 ? '' : i},${i % 5 === 0 ? '' : town}`);
    const run = await baseline(directory, csv(['size,town', ...lines].join('\n')));
    expect(run.json()).toMatchObject({ ok: true, rows: 150, features: 2, fields: 2 });
    const { features, fields } = openModelPackage(directory).baseline!;
    expect(fields!['size']).toMatchObject({ kind: 'numeric', nulls: 15, min: 1, max: 149 });
    expect(features['size']).toMatchObject({ nulls: 0 });
    const town = fields!['town'] as { counts: Record<string, number>; unseen: number; nulls: number };
    expect([Object.keys(town.counts).length, town.unseen, town.nulls]).toEqual([100, 20, 30]);
  });

  test('values that may not travel are counted, not named', async () => {
    const secret = MANIFEST.replace(
      '{name: town, type: string,',
      '{name: town, type: string, sensitivity: confidential,',
    );
    const directory = write(secret);
    await baseline(directory, csv('size,town\n1,Alice\n2,Bob\n3,\n'));
    const text = fs.readFileSync(path.join(directory, 'baseline.json'), 'utf8');
    expect(text).not.toContain('Alice');
    expect(openModelPackage(directory).baseline!.fields!['town']).toEqual({
      kind: 'categorical',
      counts: {},
      unseen: 2,
      nulls: 1,
    });
  });

  test('what does not fit is told, and nothing is written', async () => {
    const directory = write();
    const wrong = await baseline(directory, csv('size,town\nlarge,a\n'));
    expect(wrong.json()).toMatchObject({ ok: false, problems: [{ code: 'IMPORT_ROWS', got: '"large"' }] });
    expect(fs.existsSync(path.join(directory, 'baseline.json'))).toBe(false);
  });

  test('statistics of other fields, or counted in another way, are refused when the package is opened', async () => {
    const directory = write();
    await baseline(directory, csv('size,town\n1,a\n2,b\n'));
    const file = path.join(directory, 'baseline.json');
    const document = JSON.parse(fs.readFileSync(file, 'utf8'));
    const { size, town } = document.fields;
    for (const [fields, what] of [
      [{ size }, 'the statistics of the field "town" are missing'],
      [{ size, town, twon: town }, 'the preprocessing has no such field'],
      [{ size: town, town }, 'the field "size" is counted in another way'],
    ] as const) {
      fs.writeFileSync(file, JSON.stringify({ ...document, fields }));
      expect(problemsOf(() => openModelPackage(directory))).toMatchObject([
        { code: 'BASELINE_MISMATCH', what },
      ]);
    }
  });
});

test('booleans, dates and ages: training rows are as old as they are', async () => {
  const directory = writePackage({
    'model.yaml': `apiVersion: inferstack.dev/v1
kind: Model
name: dates
version: "1"
signature:
  inputs: [{name: features, dtype: FP32, shape: [batch, 2], columns: [{name: sold}, {name: days}]}]
  outputs: [{name: scores, dtype: FP32, shape: [batch, 2]}]
preprocessing:
  fields: [{name: sold, type: boolean}, {name: since, type: date}]
  rules: [{name: fresh, check: age, field: since, atMostSeconds: 60}]
  steps: [{step: date, field: since, part: epoch-days, as: [days]}]
card: {owner: tests, intendedUse: Shows a baseline., trainingData: none}
`,
    'model.onnx': onnx(identity()),
    'baseline.json': undefined,
    'samples.jsonl': sampleLines([
      { id: 'one', inputs: { features: [[1, 1]] }, outputs: { scores: [[1, 1]] } },
    ]),
  });
  const run = await baseline(directory, csv('since,sold\n1970-01-03,true\n1970-01-05T12:00:00Z,FALSE\n'));
  expect(run.json()).toMatchObject({ ok: true, fields: 2 });
  const { fields, features } = openModelPackage(directory).baseline!;
  expect(fields!['sold']).toMatchObject({ kind: 'categorical', counts: { false: 1, true: 1 } });
  expect(fields!['since']).toMatchObject({ kind: 'numeric', min: 2, max: 4.5 });
  expect(features['days']).toMatchObject({ min: 2, max: 4 });
});
