import fs from 'node:fs';
import path from 'node:path';
import { identity, type ModelSpec, onnx } from '../support/onnx-builder';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { runCli } from '../support/run-cli';

afterAll(removeTemporaryDirectories);

function exported(model: ModelSpec = identity(), name = 'Credit Risk_v2.onnx'): string {
  const file = path.join(temporaryDirectory(), name);
  fs.writeFileSync(file, onnx(model));
  return file;
}

async function init(file: string, ...more: string[]) {
  const directory = path.join(temporaryDirectory(), 'package');
  const run = await runCli(['model', 'init', file, '--out', directory, ...more]);
  const read = (name: string): string => fs.readFileSync(path.join(directory, name), 'utf8');
  return { ...run, directory, read };
}

test('creates the files, then check names what only a person knows, with lines', async () => {
  const { code, directory, read, out } = await init(exported());
  expect(code).toBe(0);
  expect(out).toContain('inferstack model check');
  expect(fs.readdirSync(directory).sort()).toEqual(['model.onnx', 'model.yaml', 'samples.jsonl']);
  expect(read('model.yaml')).toContain('name: credit-risk-v2\nversion: "1"\n');
  const check = await runCli(['model', 'check', directory, '--json']);
  expect(check.code).toBe(1);
  const lines = read('model.yaml').split('\n');
  const line = (text: string): number => lines.findIndex((candidate) => candidate.includes(text)) + 1;
  expect(
    (check.json()['problems'] as { at: string; what: string }[]).map(({ at, what }) => [at, what]),
  ).toEqual(
    ['owner', 'intendedUse', 'trainingData'].map((key) => [
      `model.yaml:${line(`  ${key}: ""`)} card.${key}`,
      'a required value is empty',
    ]),
  );
});

test('once those are filled in, the package is sound', async () => {
  const { directory, read } = await init(exported());
  fs.writeFileSync(path.join(directory, 'model.yaml'), read('model.yaml').replaceAll(': ""', ': someone'));
  const { code, json } = await runCli(['model', 'check', directory, '--json']);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ samples: { total: 1, failed: 0 } });
});

test('the commented examples are valid where they stand', async () => {
  const { directory, read } = await init(exported());
  const yaml = read('model.yaml')
    .replaceAll(': ""', ': someone')
    .replace(/^# (prediction:|metrics:| {2}\S)/gm, '$1')
    .replace(/^# {3}- /gm, '  - ')
    .replace(/^( +)# (columns:| {2}- \{)/gm, '$1$2')
    .replace(/( +)- \{name: age.*\n/, '$1- {name: age, range: [0, 100]}\n$1- {name: income}\n');
  fs.writeFileSync(path.join(directory, 'model.yaml'), yaml);
  const { json } = await runCli(['model', 'show', directory, '--json']);
  expect(json()).toMatchObject({
    problems: [],
    manifest: { prediction: { kind: 'binary', output: 'scores' }, metrics: [{ name: 'accuracy' }] },
  });
});

test('the sample is made up, and says so', async () => {
  const { read, out } = await init(exported());
  const sample = JSON.parse(read('samples.jsonl')) as {
    id: string;
    inputs: { features: number[][] };
    outputs: { scores: number[][] };
  };
  expect(sample.id).toBe('generated-0');
  expect(sample.outputs.scores[0]![1]).toBeCloseTo(sample.inputs.features[0]![1]!, 5);
  expect(sample.inputs.features).toHaveLength(1);
  expect(out).toContain('made-up inputs');
});

test("dtypes and shapes are the graph's, open dimensions have names", async () => {
  const { read } = await init(
    exported({
      inputs: [
        { name: 'input:0', type: 'INT64', shape: ['N', 'length'] },
        { name: 'text', type: 'STRING', shape: [null, 1] },
        { name: 'flag', type: 'BOOL', shape: [null] },
      ],
      outputs: [{ name: 'yes', type: 'INT64', shape: [null, null] }],
      nodes: [{ op: 'Identity', inputs: ['input:0'], outputs: ['yes'] }],
    }),
  );
  const yaml = read('model.yaml');
  expect(yaml).toContain('- name: "input:0"\n      dtype: INT64\n      shape: [batch, length]\n');
  expect(yaml).toContain('- name: text\n      dtype: BYTES\n      shape: [batch, 1]\n');
  expect(yaml).toContain('- name: flag\n      dtype: BOOL\n      shape: [batch]\n');
  expect(yaml).toContain('{name: "yes", dtype: INT64, shape: [batch, yes_1]}');
});

test('a graph that refuses made-up inputs gives a package without sample', async () => {
  const { code, directory, out } = await init(
    exported(identity({ nodes: [{ op: 'NoSuchOperator', inputs: ['features'], outputs: ['scores'] }] })),
  );
  expect(code).toBe(0);
  expect(out).toContain('No sample was generated');
  expect(fs.existsSync(path.join(directory, 'samples.jsonl'))).toBe(false);
});

test('outputs that are no numbers give no sample', async () => {
  const { code, out } = await init(
    exported(identity({ nodes: [{ op: 'Log', inputs: ['features'], outputs: ['scores'] }] })),
  );
  expect(code).toBe(0);
  expect(out).toContain('No sample was generated');
});

test('external data comes along', async () => {
  const file = exported(
    identity({
      nodes: [{ op: 'Add', inputs: ['features', 'w'], outputs: ['scores'] }],
      weights: [{ name: 'w', dims: [2], external: { location: 'weights/w.bin', offset: '0', length: '8' } }],
    }),
  );
  fs.mkdirSync(path.join(path.dirname(file), 'weights'));
  fs.writeFileSync(
    path.join(path.dirname(file), 'weights/w.bin'),
    Buffer.from(new Float32Array([1, 2]).buffer),
  );
  const { code, directory, read } = await init(file);
  expect(code).toBe(0);
  expect(fs.statSync(path.join(directory, 'weights/w.bin')).size).toBe(8);
  const { inputs, outputs } = JSON.parse(read('samples.jsonl')) as {
    inputs: { features: [[number, number]] };
    outputs: { scores: [[number, number]] };
  };
  expect(outputs.scores[0][1]).toBeCloseTo(inputs.features[0][1] + 2, 5);
});

test.each([
  ['../secret', 'PACKAGE_PATH'],
  ['/etc/passwd', 'PACKAGE_PATH'],
  ['missing.bin', 'PACKAGE_FILE_MISSING'],
])('external data at %s is refused, and nothing is left behind', async (location, problem) => {
  const file = exported(identity({ weights: [{ name: 'w', external: { location } }] }));
  const { code, err, directory } = await init(file);
  expect(code).toBe(1);
  expect(err).toContain(problem);
  expect(fs.existsSync(directory)).toBe(false);
});

test('an output that is a sequence is refused at once', async () => {
  const { code, err, directory } = await init(
    exported(identity({ outputs: [{ name: 's', kind: 'sequence' }] })),
  );
  expect(code).toBe(1);
  expect(err).toContain('ONNX_UNSUPPORTED');
  expect(fs.existsSync(directory)).toBe(false);
});

test('a file that is not ONNX', async () => {
  const file = path.join(temporaryDirectory(), 'model.onnx');
  fs.writeFileSync(file, 'not a graph');
  expect(await init(file)).toMatchObject({ code: 1, err: expect.stringContaining('ONNX_INVALID') });
});

test('a directory that holds something is left alone', async () => {
  const directory = temporaryDirectory();
  fs.writeFileSync(path.join(directory, 'mine'), '');
  const { code, err } = await runCli(['model', 'init', exported(), '--out', directory]);
  expect(code).toBe(2);
  expect(err).toContain('exists already');
  expect(fs.readdirSync(directory)).toEqual(['mine']);
});

test.each([
  ['--name', 'Credit'],
  ['--version', 'v 1'],
])('%s %s is wrong usage', async (option, value) => {
  expect(await init(exported(), option, value)).toMatchObject({
    code: 2,
    err: expect.stringContaining(`${option} ${value}`),
  });
});

test('a file name that gives no name', async () => {
  expect(await init(exported(identity(), '2024.onnx'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('--name'),
  });
});
