import fs from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '../../runtime/src/model';
import {
  briefly,
  manifestWith,
  problemsOf,
  removeTemporaryDirectories,
  soundFiles,
  temporaryDirectory,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const problems = (directory: string) => problemsOf(() => openModelPackage(directory));
const brief = (directory: string) => briefly(problems(directory));

test('opens a sound package', () => {
  const directory = writePackage();
  const pkg = openModelPackage(directory);
  expect(pkg).toMatchObject({ directory, manifest: { name: 'echo', graph: 'model.onnx' } });
  expect(pkg.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(pkg.files.map((file) => file.path)).toEqual([
    'baseline.json',
    'model.onnx',
    'model.yaml',
    'samples.jsonl',
  ]);
  expect(pkg.bytes).toBe(Object.values(soundFiles).reduce((sum, file) => sum + Buffer.byteLength(file), 0));
  expect(pkg.samples.map(({ id }) => id)).toEqual(['one', 'two']);
  expect(pkg.baseline?.rows).toBe(10);
});

test('a baseline is optional', () => {
  expect(openModelPackage(writePackage({ 'baseline.json': undefined })).baseline).toBeUndefined();
});

test('nobody edits a manifest after it was checked', () => {
  const { manifest } = openModelPackage(writePackage());
  expect(() => Object.assign(manifest.signature.inputs[0]!, { dtype: 'FP64' })).toThrow(TypeError);
});

test('a directory that is not there', () => {
  const directory = path.join(temporaryDirectory(), 'nowhere');
  expect(problems(directory)).toMatchObject([
    { code: 'PACKAGE_MISSING', at: directory, what: 'the directory does not exist' },
  ]);
});

test('a file instead of a directory', () => {
  const file = path.join(writePackage(), 'model.yaml');
  expect(problems(file)).toMatchObject([{ code: 'PACKAGE_MISSING', what: 'the path is not a directory' }]);
});

test.each(['model.yaml', 'samples.jsonl'])('%s is missing', (file) => {
  expect(brief(writePackage({ [file]: undefined }))).toContain(`PACKAGE_FILE_MISSING at ${file}`);
});

test('the graph is missing', () => {
  expect(problems(writePackage({ 'model.onnx': undefined }))).toMatchObject([
    { code: 'PACKAGE_FILE_MISSING', allowed: 'model.onnx' },
  ]);
});

test('the package is one directory deeper', () => {
  const directory = temporaryDirectory();
  fs.cpSync(writePackage(), path.join(directory, '1'), { recursive: true });
  expect(problems(directory)[0]?.remedy).toContain('1/model.yaml');
});

test.each(['model.yaml', 'samples.jsonl', 'baseline.json'])('%s that is not UTF-8', (file) => {
  const directory = writePackage({ [file]: Buffer.from([0x61, 0xff, 0xfe, 0x62]) });
  expect(brief(directory)).toEqual([`PACKAGE_FILE_UNREADABLE at ${file}`]);
});

test('a directory in place of a file', () => {
  const directory = writePackage({ 'samples.jsonl': undefined });
  fs.mkdirSync(path.join(directory, 'samples.jsonl'));
  expect(brief(directory)).toEqual(['PACKAGE_FILE_MISSING at samples.jsonl']);
});

test('symbolic links are refused, wherever they lead', () => {
  const directory = writePackage({ 'samples.jsonl': undefined });
  fs.writeFileSync(path.join(directory, 'real.jsonl'), soundFiles['samples.jsonl']);
  fs.symlinkSync('real.jsonl', path.join(directory, 'samples.jsonl'));
  fs.symlinkSync('/etc', path.join(directory, 'etc'));
  const found = problems(directory);
  expect(found.map(({ at, what }) => `${at}: ${what}`)).toEqual(
    expect.arrayContaining([
      'samples.jsonl: the file is a symbolic link',
      'etc: the file is a symbolic link',
      'samples.jsonl: the file of golden samples is missing',
    ]),
  );
});

test('a link to the directory itself is followed', () => {
  const link = path.join(temporaryDirectory(), 'current');
  fs.symlinkSync(writePackage(), link);
  expect(openModelPackage(link).manifest.name).toBe('echo');
});

test('names that differ between systems are refused', () => {
  const directory = writePackage({ 'a\\b': '', 'line\nbreak': '' });
  expect(problems(directory).map(({ code, at }) => [code, at])).toEqual(
    expect.arrayContaining([
      ['PACKAGE_FILE_FORBIDDEN', '"a\\\\b"'],
      ['PACKAGE_FILE_FORBIDDEN', '"line\\nbreak"'],
    ]),
  );
});

test('names with a dot in front are not part of the package', () => {
  const directory = writePackage({ '.DS_Store': 'x', '.git/config': 'x' });
  fs.symlinkSync('/etc', path.join(directory, '.link'));
  expect(openModelPackage(directory).digest).toBe(openModelPackage(writePackage()).digest);
});

test.each([
  '../model.onnx',
  '/model.onnx',
  'a/../../model.onnx',
  'C:/model.onnx',
  'a\\model.onnx',
  '.hidden/model.onnx',
  '.',
])('the graph may not be %s', (graph) => {
  const yaml = manifestWith(['kind: Model', `kind: Model\ngraph: ${JSON.stringify(graph)}`]);
  expect(problems(writePackage({ 'model.yaml': yaml }))).toMatchObject([
    { code: 'PACKAGE_PATH', at: 'model.yaml:3 graph', got: JSON.stringify(graph) },
  ]);
});

test('the graph may lie in a folder', () => {
  const directory = writePackage({
    'model.yaml': manifestWith(['kind: Model', 'kind: Model\ngraph: ./graphs/net.onnx']),
    'model.onnx': undefined,
    'graphs/net.onnx': soundFiles['model.onnx'],
  });
  expect(openModelPackage(directory).files.map((file) => file.path)).toContain('graphs/net.onnx');
});

test('everything wrong is told at once', () => {
  const directory = writePackage({
    'model.yaml': manifestWith(['dtype: FP32', 'dtype: FP64'], ['owner: tests', 'owner: ""']),
    'samples.jsonl': 'nonsense\n',
    'baseline.json': '{}',
  });
  expect(new Set(problems(directory).map(({ code }) => code))).toEqual(
    new Set(['MANIFEST_INVALID', 'SIGNATURE_MISMATCH', 'SAMPLE_INVALID', 'BASELINE_INVALID']),
  );
});

test('the message of a single problem names the package', () => {
  const directory = writePackage({ 'samples.jsonl': undefined });
  expect(() => openModelPackage(directory)).toThrow(`model package ${directory}: PACKAGE_FILE_MISSING at`);
});
