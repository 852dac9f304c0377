import fs from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { exampleModel } from '../support/endpoint';
import { identity, type ModelSpec, onnx } from '../support/onnx-builder';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { runCli } from '../support/run-cli';

afterAll(removeTemporaryDirectories);

const CARD = ['--owner', 'team', '--intended-use', 'tests', '--training-data', 'none: made up'];

function write(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

async function importFrom(from: string, ...more: string[]) {
  const directory = path.join(temporaryDirectory(), 'package');
  const run = await runCli(['model', 'import', from, '--to', directory, '--json', ...more]);
  return { ...run, directory };
}

const graph = (model: ModelSpec = identity()): string =>
  path.join(write({ 'credit.onnx': onnx(model) }), 'credit.onnx');
const rows = (text: string): string => path.join(write({ 'rows.csv': text }), 'rows.csv');
const code = (run: { json: () => Record<string, unknown> }): unknown =>
  (run.json()['problems'] as { code: string }[])[0]?.code;

test('a real graph with held-out rows: samples and baseline of them, and the check passes', async () => {
  const lines = fs
    .readFileSync(path.join(exampleModel('breast-cancer', '1'), '../held-out.csv'), 'utf8')
    .trim()
    .split('\n');
  const withoutLabel = lines.slice(0, 31).map((line) => line.slice(0, line.lastIndexOf(',')));
  const csv = rows(withoutLabel.join('\n'));
  const file = path.join(exampleModel('breast-cancer', '1'), 'model.onnx');
  const run = await importFrom(file, '--name', 'cancer', ...CARD, '--rows', csv, '--baseline', csv);
  expect(run.json()).toMatchObject({ ok: true, checked: true, samples: { total: 30, failed: 0 } });
  const check = await runCli(['model', 'check', run.directory, '--json']);
  expect(check.json()).toMatchObject({ ok: true, samples: { total: 30, failed: 0 } });
});

test('columns are those of the rows, samples are what the graph gives', async () => {
  const run = await importFrom(graph(), ...CARD, '--rows', rows('width,"height, ""m"""\n0.25,2\n1,0\n'));
  expect(run.code).toBe(0);
  const { manifest, samples } = openModelPackage(run.directory);
  expect(manifest.name).toBe('credit');
  expect(manifest.signature.inputs[0]!.columns!.map(({ name }) => name)).toEqual(['width', 'height, "m"']);
  expect(manifest.card).toMatchObject({ owner: 'team', trainingData: 'none: made up' });
  expect(samples.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
    [{ features: [[0.25, 2]] }, { scores: [[0.25, 2]] }],
    [{ features: [[1, 0]] }, { scores: [[1, 0]] }],
  ]);
});

test('the baseline: deciles, nulls, constants, categories', async () => {
  const inputs = [
    { name: 'age', type: 'FLOAT', shape: [null, 1] },
    { name: 'same', type: 'INT64', shape: [null] },
    { name: 'town', type: 'STRING', shape: [null, 1] },
  ] as const;
  const model: ModelSpec = {
    inputs,
    outputs: [{ name: 'out', type: 'FLOAT', shape: [null, 1] }],
    nodes: [{ op: 'Identity', inputs: ['age'], outputs: ['out'] }],
  };
  const ages = Array.from({ length: 101 }, (_, i) => i);
  const training = ['town,age,same', ...ages.map((age) => `${age % 2 ? 'a' : 'b'},${age},7`), 'b,,7'].join(
    '\r\n',
  );
  const given = rows('age,same,town,unused\n30,7,a,x\n');
  const run = await importFrom(graph(model), ...CARD, '--rows', given, '--baseline', rows(training));
  expect(run.json()).toMatchObject({ ok: true, samples: { total: 1 } });
  const { features, rows: count } = openModelPackage(run.directory).baseline!;
  expect(count).toBe(102);
  expect(features['age']).toEqual({
    kind: 'numeric',
    edges: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    counts: [0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11, 0],
    nulls: 1,
    mean: 50,
    std: 29.1548,
    min: 0,
    max: 100,
  });
  expect(features['same']).toMatchObject({
    edges: [7, 7.00007],
    counts: [0, 102, 0],
    min: 7,
    max: 7,
    std: 0,
  });
  expect(features['town']).toEqual({ kind: 'categorical', counts: { a: 50, b: 52 }, nulls: 0 });
});

test('its numbers are those of the training code of the examples', async () => {
  const name = 'mean radius';
  const { baseline } = openModelPackage(exampleModel('breast-cancer', '1'));
  const expected = baseline!.features[name] as { edges: number[]; counts: number[] };
  // Rows that have exactly the deciles of the example: NumPy and this code must agree on the edges.
  const values = expected.edges.join('\n');
  const model = identity({
    inputs: [{ name: 'features', shape: ['batch', 1] }],
    outputs: [{ name: 'scores', shape: ['batch', 1] }],
  });
  const run = await importFrom(graph(model), ...CARD, '--baseline', rows(`${name}\n${values}\n`));
  const feature = openModelPackage(run.directory).baseline!.features[name] as { edges: number[] };
  expect(feature.edges).toEqual(expected.edges);
});

describe('an MLflow folder', () => {
  const mlmodel = (change: Readonly<Record<string, unknown>> = {}): string =>
    JSON.stringify({
      artifact_path: 'runs/credit-risk',
      flavors: { onnx: { data: 'model.onnx', onnx_version: '1.18.0' }, python_function: {} },
      signature: {
        inputs: JSON.stringify([
          { type: 'float', name: 'width', required: true },
          { type: 'float', name: 'height', required: true },
        ]),
      },
      ...change,
    });
  const folder = (change?: Readonly<Record<string, unknown>>): string =>
    write({ MLmodel: mlmodel(change), 'model.onnx': onnx(identity()) });

  test('gives name and columns', async () => {
    const run = await importFrom(folder(), ...CARD);
    expect(run.json()).toMatchObject({ ok: true, checked: true, samples: { total: 1, failed: 0 } });
    const { manifest } = openModelPackage(run.directory);
    expect(manifest.name).toBe('credit-risk');
    expect(manifest.signature.inputs[0]!.columns!.map(({ name }) => name)).toEqual(['width', 'height']);
  });

  test('rows are found by their names, in any order and among others', async () => {
    const run = await importFrom(folder(), ...CARD, '--rows', rows('label,height,width\n1,2,3\n'));
    expect(openModelPackage(run.directory).samples[0]!.inputs).toEqual({ features: [[3, 2]] });
  });

  test.each([
    ['of another flavor', { flavors: { sklearn: {} } }, 'IMPORT_NO_ONNX'],
    ['whose graph lies outside', { flavors: { onnx: { data: '../model.onnx' } } }, 'IMPORT_MLMODEL'],
    ['whose signature is cut off', { signature: { inputs: '[{' } }, 'IMPORT_MLMODEL'],
  ])('%s', async (_, change, expected) => {
    const run = await importFrom(folder(change));
    expect([run.code, code(run)]).toEqual([1, expected]);
    expect(fs.existsSync(run.directory)).toBe(false);
  });
});

test('without a card it says what is left, as init does', async () => {
  const run = await importFrom(graph());
  expect(run.json()).toMatchObject({ ok: true, checked: false });
  expect((await runCli(['model', 'check', run.directory])).code).toBe(1);
});

test.each([
  ['a missing column', 'width\n1\n'],
  ['too many columns without names', 'a,b,c\n1,2,3\n'],
  ['a word for a number', 'a,b\n1,two\n'],
  ['an empty cell', 'a,b\n1,\n'],
  ['a short row', 'a,b\n1\n'],
  ['a quote that never ends', 'a,b\n"1,2\n'],
  ['two columns of one name', 'a,a\n1,2\n'],
  ['no rows', 'a,b\n'],
  ['too many rows', `a,b\n${'1,2\n'.repeat(1001)}`],
])('rows with %s are refused, and nothing is left behind', async (_, text) => {
  const run = await importFrom(graph(), ...CARD, '--rows', rows(text));
  expect([run.code, code(run)]).toEqual([1, 'IMPORT_ROWS']);
  expect(fs.existsSync(run.directory)).toBe(false);
});

test('nothing, a folder of nothing, a folder of two graphs', async () => {
  const two = write({ 'a.onnx': onnx(), 'b.onnx': onnx() });
  for (const from of ['/nowhere', temporaryDirectory(), two]) {
    expect(code(await importFrom(from))).toBe('IMPORT_NO_ONNX');
  }
});

test('a classifier exported with ZipMap is refused with the option that helps', async () => {
  const run = await importFrom(graph(identity({ outputs: [{ name: 's', kind: 'sequence' }] })));
  expect(run.json()).toMatchObject({
    problems: [{ code: 'ONNX_UNSUPPORTED', remedy: expect.stringContaining("'zipmap': False") }],
  });
});
