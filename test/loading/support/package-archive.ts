import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelPackage, openModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { LOADING_OPTIONS, type LoadingOptions } from '../../../runtime/src/loading';
import { exampleModel } from '../../support/endpoint';

export const directory = exampleModel('breast-cancer', '1');
export const model: ModelPackage = openModelPackage(directory);
export const other: ModelPackage = openModelPackage(exampleModel('breast-cancer', '2'));

/** The real rules with short waits. */
export const quick: LoadingOptions = {
  ...LOADING_OPTIONS,
  baseDelayMs: 2,
  maxDelayMs: 10,
  stallTimeoutMs: 10_000,
};

/** A directory that is removed after the test file. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-loading-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function archiveOf(pkg: ModelPackage, folder: string): Buffer {
  const file = path.join(folder, `${pkg.manifest.name}-${pkg.manifest.version}.tar.gz`);
  writeModelArchive(pkg, file);
  return readFileSync(file);
}
