import fs from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '../../runtime/src/model';

const EXAMPLES = path.resolve(__dirname, '../../examples/models');

const versions = fs
  .readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'model.yaml')
  .map((file) => path.dirname(file));

test('there are examples', () => {
  expect(versions.length).toBeGreaterThanOrEqual(4);
});

test.each(versions)(
  '%s is a sound package, with baseline and samples, named like its directory',
  (example) => {
    const pkg = openModelPackage(path.join(EXAMPLES, example));
    expect(`${pkg.manifest.name}/${pkg.manifest.version}`).toBe(example.split(path.sep).join('/'));
    expect(pkg.samples.length).toBeGreaterThan(10);
    expect(pkg.baseline?.rows).toBeGreaterThan(100);
  },
);

test('the examples cover named rows, whole tensors, texts and integers, and all kinds of predictions', () => {
  const manifests = versions.map((example) => openModelPackage(path.join(EXAMPLES, example)).manifest);
  const inputs = manifests.flatMap(({ signature }) => signature.inputs);
  expect(new Set(inputs.map(({ dtype }) => dtype))).toEqual(new Set(['FP32', 'INT64', 'BYTES']));
  expect(new Set(inputs.map(({ columns }) => columns === undefined))).toEqual(new Set([true, false]));
  expect(new Set(manifests.map(({ prediction }) => prediction?.kind))).toEqual(
    new Set(['binary', 'multiclass', 'regression']),
  );
});
