import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModelPackage } from '../../runtime/src/loading';
import { archiveOf, directory, model, other, scratch } from './support/package-archive';

const folder = scratch();
const cache = path.join(folder, 'cache');
const load = (uri: string, digest = model.digest) => loadModelPackage({ uri, digest }, cache);

test.each([
  ['a path', directory],
  ['a file: address', pathToFileURL(directory).href],
])('opens a directory where it is: %s', async (_, uri) => {
  const loaded = await load(uri);
  expect(loaded.directory).toBe(directory);
  expect(loaded.digest).toBe(model.digest);
});

test('unpacks a local archive into the cache', async () => {
  const file = path.join(folder, 'local.tar.gz');
  writeFileSync(file, archiveOf(model, folder));
  const loaded = await load(file);
  expect(loaded.directory.startsWith(cache)).toBe(true);
  expect(loaded.manifest.name).toBe('breast-cancer');
});

test('a directory with another digest is refused with both digests', async () => {
  await expect(load(directory, other.digest)).rejects.toMatchObject({
    code: 'PACKAGE_DIGEST_MISMATCH',
    problems: [expect.objectContaining({ got: model.digest, allowed: other.digest })],
  });
});

test('what is wrong with a package nobody deployed does not hide that it is another one', async () => {
  const broken = path.join(folder, 'broken');
  cpSync(directory, broken, { recursive: true });
  writeFileSync(path.join(broken, 'model.onnx'), 'not a graph');
  await expect(load(broken)).rejects.toMatchObject({ code: 'PACKAGE_DIGEST_MISMATCH' });
});

test('an empty directory says what is missing', async () => {
  const empty = path.join(folder, 'empty');
  mkdirSync(empty);
  await expect(load(empty)).rejects.toMatchObject({ code: 'PACKAGE_DIGEST_MISMATCH' });
  rmSync(empty, { recursive: true });
  await expect(load(empty)).rejects.toMatchObject({ code: 'LOAD_NOT_FOUND' });
});
