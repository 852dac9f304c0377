import fs from 'node:fs';
import path from 'node:path';
import { extractModelArchive, packageDigest } from '../../runtime/src/model';
import { identity, onnx } from '../support/onnx-builder';
import {
  manifestWith,
  removeTemporaryDirectories,
  temporaryDirectory,
  writePackage,
} from '../support/package-builder';
import { runCli } from '../support/run-cli';

afterAll(removeTemporaryDirectories);

const EXAMPLES = path.resolve(__dirname, '../../examples/models');

describe('check', () => {
  test('a sound package', async () => {
    const directory = writePackage();
    const { code, out, err } = await runCli(['model', 'check', directory]);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.split('\n')).toEqual([
      `ok  echo 1  ${packageDigest(directory).digest}`,
      '  signature  1 input, 1 output, as in the graph',
      '  samples    2 of 2 reproduced',
      '',
    ]);
  });

  test('as JSON', async () => {
    const directory = writePackage();
    const { code, json } = await runCli(['model', 'check', directory, '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({
      ok: true,
      name: 'echo',
      version: '1',
      digest: packageDigest(directory).digest,
      samples: { total: 2, failed: 0 },
      warnings: [],
      problems: [],
    });
  });

  test('samples the graph does not reproduce', async () => {
    const graph = onnx(identity({ nodes: [{ op: 'Neg', inputs: ['features'], outputs: ['scores'] }] }));
    const directory = writePackage({ 'model.onnx': graph });
    const plain = await runCli(['model', 'check', directory]);
    expect(plain.code).toBe(1);
    expect(plain.out).toContain('failed  echo 1');
    expect(plain.out).toContain('samples    0 of 2 reproduced');
    expect(plain.err).toContain('samples.jsonl one scores[0][0] SAMPLE_FAILED');
    const { code, json } = await runCli(['model', 'check', directory, '--json']);
    expect(code).toBe(1);
    expect(json()).toMatchObject({
      ok: false,
      samples: { failed: 2 },
      problems: [{ code: 'SAMPLE_FAILED' }, {}],
    });
  });

  test('a graph the engine refuses', async () => {
    const graph = onnx(
      identity({ nodes: [{ op: 'NoSuchOperator', inputs: ['features'], outputs: ['scores'] }] }),
    );
    const { code, json } = await runCli(['model', 'check', writePackage({ 'model.onnx': graph }), '--json']);
    expect(code).toBe(1);
    expect(json()).toMatchObject({ ok: false, problems: [{ code: 'MODEL_GRAPH_REFUSED' }] });
  });

  test('problems are a list to work through', async () => {
    const yaml = manifestWith(['dtype: FP32', 'dtype: FP64'], ['threshold: 0.5', 'threshold: high']);
    const { code, out, err } = await runCli(['model', 'check', writePackage({ 'model.yaml': yaml })]);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('2 problems\n');
    expect(err).toContain(
      [
        '  model.yaml:8 signature.inputs[0].dtype SIGNATURE_MISMATCH',
        '    the graph has another dtype',
        '    got: "FP64"',
        '    allowed: FP32',
      ].join('\n'),
    );
  });

  test('what is allowed but deserves a look', async () => {
    const directory = writePackage({
      'baseline.json': undefined,
      'model.yaml': manifestWith([
        'target: 0.8}',
        'target: 0.95, dataset: held-out, rows: 20}\n  - {name: mae, value: 3, target: 2, higherIsBetter: false}',
      ]),
    });
    const { code, json } = await runCli(['model', 'check', directory, '--json']);
    expect(code).toBe(0);
    expect(json()['warnings']).toEqual([
      'accuracy 0.9 misses its target 0.95 (held-out, 20 rows)',
      'mae 3 misses its target 2',
      'there is no baseline.json: drift cannot be measured',
    ]);
  });
});

describe('show', () => {
  test('signature, card, metrics, graph and files', async () => {
    const { code, out } = await runCli(['model', 'show', path.join(EXAMPLES, 'breast-cancer/1')]);
    expect(code).toBe(0);
    for (const text of [
      'breast-cancer 1',
      'FP32 [batch, 30]',
      'mean radius',
      '0 to 120',
      'malignant, benign',
      'target 0.95 met',
      'must not be used for diagnosis',
      'ai.onnx 17',
      'model.onnx',
      '881 bytes',
    ]) {
      expect(out).toContain(text);
    }
  });

  test('texts, integers and whole tensors', async () => {
    const diabetes = await runCli(['model', 'show', path.join(EXAMPLES, 'diabetes/1')]);
    expect(diabetes.out).toContain('1 | 2');
    expect(diabetes.out).toContain('target 50 met');
    const digits = await runCli(['model', 'show', path.join(EXAMPLES, 'digits/1')]);
    expect(digits.out).toMatch(/image\s+FP32 \[batch, 1, 8, 8\]\s+0 to 16/);
  });

  test('as JSON', async () => {
    const directory = path.join(EXAMPLES, 'digits/1');
    const { json } = await runCli(['model', 'show', directory, '--json']);
    expect(json()).toMatchObject({
      ok: true,
      manifest: { name: 'digits', signature: { inputs: [{ name: 'image' }] } },
      graph: { opsets: { 'ai.onnx': 17 } },
      baselineRows: 1347,
      ...packageDigest(directory),
    });
  });
});

describe('digest', () => {
  test('the digest alone', async () => {
    const directory = writePackage();
    const { code, out } = await runCli(['model', 'digest', directory]);
    expect(code).toBe(0);
    expect(out).toBe(`${packageDigest(directory).digest}\n`);
  });

  test('as JSON, with every file', async () => {
    const directory = writePackage();
    const { json } = await runCli(['model', 'digest', directory, '--json']);
    expect(json()).toEqual({ ok: true, problems: [], ...packageDigest(directory) });
  });
});

describe('pack', () => {
  test('an archive that unpacks to the same digest', async () => {
    const directory = writePackage();
    const out = path.join(temporaryDirectory(), 'echo.tar.gz');
    const { code, json } = await runCli(['model', 'pack', directory, '--out', out, '--json']);
    expect(code).toBe(0);
    const { digest } = packageDigest(directory);
    expect(json()).toMatchObject({
      name: 'echo',
      digest,
      archive: { file: out, bytes: fs.statSync(out).size },
    });
    const target = path.join(temporaryDirectory(), 'out');
    await extractModelArchive(out, target);
    expect(packageDigest(target).digest).toBe(digest);
  });

  test('no archive of a package with problems', async () => {
    const out = path.join(temporaryDirectory(), 'echo.tar.gz');
    const { code } = await runCli(['model', 'pack', writePackage({ 'samples.jsonl': '' }), '--out', out]);
    expect(code).toBe(1);
    expect(fs.existsSync(out)).toBe(false);
  });

  test('not under another kind of name, and not into the package itself', async () => {
    const directory = writePackage();
    const other = await runCli(['model', 'pack', directory, '--out', 'echo.zip']);
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('.tar.gz') });
    const inside = await runCli(['model', 'pack', directory, '--out', path.join(directory, 'a.tar.gz')]);
    expect(inside).toMatchObject({ code: 2, err: expect.stringContaining('part of the package') });
    expect(fs.readdirSync(directory)).toHaveLength(4);
  });
});
