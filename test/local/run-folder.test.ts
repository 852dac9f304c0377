import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RunFolder, readRuns } from '../../lib/local/run-folder';
import { problemsOf } from '../support/endpoint';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

const own = process.env['XDG_RUNTIME_DIR'];
afterEach(() => {
  jest.restoreAllMocks();
  if (own === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = own;
});
afterAll(removeTemporaryDirectories);

test.each(['', 'not/absolute', '/run/user/nobody-made-this'])(
  'with %p as the directory of the user, runs are kept among temporary files',
  (directory) => {
    const instead = temporaryDirectory();
    process.env['XDG_RUNTIME_DIR'] = directory;
    jest.spyOn(os, 'tmpdir').mockReturnValue(instead);
    const folder = new RunFolder();
    folder.create();
    expect(path.dirname(path.dirname(folder.directory))).toBe(instead);
    folder.publish({ pid: process.pid, key: 'k', endpoints: [] });
    expect(readRuns()).toEqual([{ pid: process.pid, key: 'k', endpoints: [] }]);
    folder.remove();
    expect(existsSync(folder.directory)).toBe(false);
  },
);

test('a directory that cannot be made is told as a problem', () => {
  const file = path.join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  delete process.env['XDG_RUNTIME_DIR'];
  jest.spyOn(os, 'tmpdir').mockReturnValue(file);
  expect(problemsOf(() => new RunFolder().create())).toMatchObject([{ code: 'LOCAL_STATE', got: 'ENOTDIR' }]);
});
