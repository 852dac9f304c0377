import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as tar from 'tar';
import {
  extractModelArchive,
  openModelPackage,
  packageDigest,
  writeModelArchive,
} from '../../runtime/src/model';
import {
  briefly,
  problemsOfAsync,
  removeTemporaryDirectories,
  temporaryDirectory,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const newPath = (name: string): string => path.join(temporaryDirectory(), name);

function archiveOf(directory: string): string {
  const file = newPath('model.tar.gz');
  writeModelArchive(openModelPackage(directory), file);
  return file;
}

/** An archive with entries of any kind, written header by header. */
function forged(
  ...entries: { path: string; type?: string; content?: string; linkpath?: string; size?: number }[]
): string {
  const blocks = entries.flatMap(({ path: name, type = 'File', content = '', linkpath = '', size }) => {
    const header = new tar.Header({
      path: name,
      mode: 0o644,
      size: size ?? content.length,
      type: type as 'File',
      linkpath,
      mtime: new Date(0),
    });
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  const file = newPath('forged.tar.gz');
  fs.writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return file;
}

describe('writing', () => {
  test('the same package gives the same bytes, whatever its times, modes and links', () => {
    const directory = writePackage();
    const first = fs.readFileSync(archiveOf(directory));
    const copy = writePackage();
    for (const file of fs.readdirSync(copy)) {
      fs.utimesSync(path.join(copy, file), 1, 1);
      fs.chmodSync(path.join(copy, file), 0o755);
    }
    fs.linkSync(path.join(copy, 'model.onnx'), newPath('hard-link'));
    expect(fs.readFileSync(archiveOf(copy)).equals(first)).toBe(true);
  });

  test('the gzip header names neither time nor system, and nothing depends on compression', () => {
    const archive = fs.readFileSync(archiveOf(writePackage()));
    // RFC 1952: magic, deflate, no flags, time 0; then what compressed, the system, and the first block: stored.
    expect(archive.subarray(0, 8).toString('hex')).toBe('1f8b080000000000');
    expect(archive[9]).toBe(255);
    expect(archive[10]! & 0b110).toBe(0);
  });

  test('exactly the hashed files, in their order', () => {
    const directory = writePackage({ '.hidden': 'x', 'weights/@a': 'x', '@top': 'x' });
    const listed: string[] = [];
    const file = archiveOf(directory);
    tar.list({ file, sync: true, onReadEntry: (entry) => listed.push(entry.path) });
    expect(listed.map((name) => name.replace('./', ''))).toEqual(
      packageDigest(directory).files.map((entry) => entry.path),
    );
  });

  test('long names survive', async () => {
    const name = `${'folder/'.repeat(30)}${'n'.repeat(120)}`;
    const directory = writePackage({ [name]: 'x' });
    const target = newPath('out');
    await extractModelArchive(archiveOf(directory), target);
    expect(packageDigest(target)).toEqual(packageDigest(directory));
  });

  test('two names of one file become two files', async () => {
    const directory = writePackage();
    fs.linkSync(path.join(directory, 'model.onnx'), path.join(directory, 'twin.onnx'));
    const target = newPath('out');
    await extractModelArchive(archiveOf(directory), target);
    expect(packageDigest(target)).toEqual(packageDigest(directory));
  });

  test('creates the folder of the archive', () => {
    const file = newPath('a/b/model.tgz');
    writeModelArchive(openModelPackage(writePackage()), file);
    expect(fs.statSync(file).size).toBeGreaterThan(0);
  });
});

describe('extracting', () => {
  test('gives the package back', async () => {
    const directory = writePackage({ 'weights/a': 'x', 'weights/b/c': '' });
    const target = newPath('out');
    await extractModelArchive(archiveOf(directory), target);
    expect(openModelPackage(target).digest).toBe(openModelPackage(directory).digest);
  });

  test('an archive made by plain tar, hidden files and directories included', async () => {
    const directory = writePackage({ 'weights/a': 'x', '.cache/x': 'x', '._model.yaml': 'x' });
    const file = newPath('plain.tar.gz');
    tar.create({ file, gzip: true, cwd: directory, sync: true }, ['.']);
    const target = newPath('out');
    await extractModelArchive(file, target);
    expect(fs.readdirSync(target).sort()).toEqual([
      'baseline.json',
      'model.onnx',
      'model.yaml',
      'samples.jsonl',
      'weights',
    ]);
    expect(packageDigest(target).digest).toBe(packageDigest(directory).digest);
  });

  test.each(['../evil', '/tmp/evil', 'a/../../evil', 'a\\..\\evil', 'C:/evil', '..'])(
    'a path that leads outside: %s',
    async (name) => {
      const target = newPath('out');
      const found = await problemsOfAsync(() =>
        extractModelArchive(forged({ path: name, content: 'x' }), target),
      );
      expect(found).toMatchObject([{ code: 'ARCHIVE_FORBIDDEN', got: JSON.stringify(name) }]);
      expect(fs.readdirSync(target)).toEqual([]);
    },
  );

  test.each(['SymbolicLink', 'Link', 'CharacterDevice', 'BlockDevice', 'FIFO'])('a %s', async (type) => {
    const target = newPath('out');
    const file = forged(
      { path: 'link', type, linkpath: type.endsWith('Link') ? '/etc/passwd' : '' },
      { path: 'link', content: 'through the link' },
    );
    expect(await problemsOfAsync(() => extractModelArchive(file, target))).toMatchObject([
      { code: 'ARCHIVE_FORBIDDEN', what: `the entry is a ${type}` },
    ]);
    expect(fs.readdirSync(target)).toEqual([]);
  });

  test('the same name twice', async () => {
    const file = forged({ path: 'a', content: '1' }, { path: './a', content: '2' });
    const found = await problemsOfAsync(() => extractModelArchive(file, newPath('out')));
    expect(found).toMatchObject([{ code: 'ARCHIVE_INVALID', what: expect.stringContaining('EEXIST') }]);
  });

  test('more bytes than allowed are refused before they are written', async () => {
    const target = newPath('out');
    const file = forged({ path: 'a', content: '12345' }, { path: 'b', content: '6'.repeat(600) });
    const found = await problemsOfAsync(() => extractModelArchive(file, target, { maxBytes: 600 }));
    expect(found).toMatchObject([{ code: 'ARCHIVE_TOO_LARGE', got: '605 or more', allowed: 'at most 600' }]);
    expect(fs.existsSync(path.join(target, 'b'))).toBe(false);
  });

  test('more entries than allowed', async () => {
    const file = forged(...[1, 2, 3].map((i) => ({ path: String(i) })));
    expect(
      await problemsOfAsync(() => extractModelArchive(file, newPath('out'), { maxEntries: 2 })),
    ).toMatchObject([{ code: 'ARCHIVE_TOO_LARGE', allowed: 'at most 2' }]);
  });

  test('an archive that expands enormously stops at once', async () => {
    const file = newPath('bomb.tar.gz');
    const header = Buffer.alloc(512);
    new tar.Header({ path: 'a', mode: 0o644, size: 2 ** 33, type: 'File', mtime: new Date(0) }).encode(
      header,
    );
    fs.writeFileSync(file, gzipSync(Buffer.concat([header, Buffer.alloc(50_000_000)])));
    const target = newPath('out');
    const found = await problemsOfAsync(() => extractModelArchive(file, target, { maxBytes: 2 ** 30 }));
    expect(briefly(found)).toEqual([`ARCHIVE_TOO_LARGE at ${file}`]);
    expect(fs.readdirSync(target)).toEqual([]);
  });

  test.each<[string, (archive: Buffer) => Buffer]>([
    ['cut off', (archive) => archive.subarray(0, archive.length - 300)],
    ['cut off inside a file', (archive) => archive.subarray(0, archive.length / 2)],
    ['cut off inside the tar', (archive) => gzipSync(gunzipSync(archive).subarray(0, 2000))],
    ['not gzip', () => Buffer.from('<html>not found</html>')],
    ['empty', () => Buffer.alloc(0)],
    [
      'damaged',
      (archive) => {
        const damaged = Buffer.from(archive);
        damaged[600]! ^= 255;
        return damaged;
      },
    ],
  ])('an archive that is %s', async (_, change) => {
    const file = newPath('broken.tar.gz');
    fs.writeFileSync(file, change(fs.readFileSync(archiveOf(writePackage()))));
    const found = await problemsOfAsync(() => extractModelArchive(file, newPath('out')));
    expect(briefly(found)).toEqual([`ARCHIVE_INVALID at ${file}`]);
  });

  test('an archive that is not there', async () => {
    const file = newPath('none.tar.gz');
    expect(briefly(await problemsOfAsync(() => extractModelArchive(file, newPath('out'))))).toEqual([
      `ARCHIVE_INVALID at ${file}`,
    ]);
  });

  test('a directory that is not empty', async () => {
    const target = temporaryDirectory();
    fs.writeFileSync(path.join(target, 'a'), '');
    const found = await problemsOfAsync(() => extractModelArchive(archiveOf(writePackage()), target));
    expect(briefly(found)).toEqual([`ARCHIVE_FORBIDDEN at ${target}`]);
  });
});
