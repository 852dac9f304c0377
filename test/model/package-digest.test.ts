import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { openModelPackage, packageDigest } from '../../runtime/src/model';
import { listPackageFiles } from '../../runtime/src/model/package-files';
import {
  problemsOf,
  removeTemporaryDirectories,
  temporaryDirectory,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const EXAMPLE = path.resolve(__dirname, '../../examples/models/digits/1');

function directoryOf(files: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [file, contents] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), contents);
  }
  return directory;
}

const digest = (files: Record<string, string>): string => packageDigest(directoryOf(files)).digest;

test('is the documented one', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const listing = `inferstack.dev/v1 package\n${sha256('two')} 3 a/b\n${sha256('')} 0 z\n`;
  expect(digest({ z: '', 'a/b': 'two' })).toBe(`sha256:${sha256(listing)}`);
});

test('sorts paths by their UTF-8 bytes, not by UTF-16 units or locale', () => {
  // U+FF5E sorts before U+1F600 in bytes and after its surrogates in UTF-16; Z before a; "a-b" before "a/b".
  const files = { '\u{1f600}': '', '\uff5e': '', a: '', Z: '', ä: '', 'd/x': '', 'd-x': '' };
  expect(packageDigest(directoryOf(files)).files.map((file) => file.path)).toEqual([
    'Z',
    'a',
    'd-x',
    'd/x',
    'ä',
    '\uff5e',
    '\u{1f600}',
  ]);
});

test('is the same for an opened package', () => {
  const directory = writePackage();
  const { digest, bytes, files } = openModelPackage(directory);
  expect(packageDigest(directory)).toEqual({ digest, bytes, files });
});

test.each(fs.readdirSync(EXAMPLE))('one bit of %s changes it', (file) => {
  const directory = temporaryDirectory();
  fs.cpSync(EXAMPLE, directory, { recursive: true });
  const contents = fs.readFileSync(path.join(directory, file));
  contents[Math.floor(contents.length / 2)]! ^= 1;
  fs.writeFileSync(path.join(directory, file), contents);
  expect(packageDigest(directory).digest).not.toBe(packageDigest(EXAMPLE).digest);
});

test.each<[string, Record<string, string>]>([
  ['another name', { b: 'x' }],
  ['another folder', { 'd/a': 'x' }],
  ['another file', { a: 'x', b: '' }],
  ['another length', { a: 'x ' }],
  ['contents and names that look like the listing', { 'a\u00a0': 'x' }],
])('%s changes it', (_, files) => {
  expect(digest(files)).not.toBe(digest({ a: 'x' }));
});

test('times and modes do not change it', () => {
  const directory = directoryOf({ a: 'x' });
  const before = packageDigest(directory).digest;
  fs.utimesSync(path.join(directory, 'a'), 1, 1);
  fs.chmodSync(path.join(directory, 'a'), 0o755);
  expect(packageDigest(directory).digest).toBe(before);
});

test('files larger than a chunk', () => {
  const large = 'abc'.repeat(1_000_000);
  const [file] = packageDigest(directoryOf({ large })).files;
  expect(file).toEqual({
    path: 'large',
    bytes: 3_000_000,
    sha256: createHash('sha256').update(large).digest('hex'),
  });
});

test('a link is refused', () => {
  const directory = directoryOf({ a: 'x' });
  fs.symlinkSync('a', path.join(directory, 'b'));
  expect(problemsOf(() => packageDigest(directory))).toMatchObject([
    { code: 'PACKAGE_FILE_FORBIDDEN', at: 'b' },
  ]);
});

test('a directory that holds far too much is given up', () => {
  const directory = directoryOf({ a: '', 'b/c': '', d: '' });
  expect(listPackageFiles(directory, [], 4)).toHaveLength(3);
  expect(problemsOf(() => listPackageFiles(directory, [], 2))).toMatchObject([
    { code: 'PACKAGE_FILE_FORBIDDEN', at: directory, allowed: 'at most 2' },
  ]);
});
