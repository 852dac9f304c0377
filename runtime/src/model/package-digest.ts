import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Problem, throwProblems } from '../contract';
import { hashFile } from './hash-file';
import { type ListedFile, listPackageFiles, unreadable } from './package-files';

/** A file of the package with its content hash. */
export interface PackageFile {
  /** Path inside the package with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Of the contents, 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface PackageDigest {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Size of all files together. */
  readonly bytes: number;
  /** Every hashed file, sorted by the UTF-8 bytes of its path. */
  readonly files: readonly PackageFile[];
}

const HEADER = 'inferstack.dev/v1 package\n';

/**
 * The digest of a model package: it changes when any byte, name or file of the package changes, and with nothing else.
 *
 * `sha256:<hex>` over the UTF-8 text `inferstack.dev/v1 package\n` followed by one line `<sha256 of the contents>
 * <size in bytes> <path>\n` for each regular file, sorted by the UTF-8 bytes of the path (forward slashes, relative to
 * the directory). Files and directories whose name starts with a dot are left out; modes, owners and times do not count.
 *
 * @throws ProblemError PACKAGE_MISSING, PACKAGE_FILE_FORBIDDEN (links, devices), PACKAGE_FILE_UNREADABLE.
 */
export function packageDigest(directory: string): PackageDigest {
  const root = path.resolve(directory);
  throwProblems(directoryProblems(root));
  const problems: Problem[] = [];
  const digest = digestFiles(root, listPackageFiles(root, problems), problems);
  throwProblems(problems, `model package ${root}`);
  return digest;
}

/** The digest of files that were listed already. Each is read in chunks: weights may exceed memory. */
export function digestFiles(
  directory: string,
  listed: readonly ListedFile[],
  problems: Problem[],
): PackageDigest {
  const files: PackageFile[] = [];
  const total = createHash('sha256').update(HEADER);
  for (const file of listed) {
    try {
      const hashed = hashFile(path.join(directory, file.path));
      files.push({ path: file.path, ...hashed });
      total.update(`${hashed.sha256} ${hashed.bytes} ${file.path}\n`);
    } catch (error) {
      problems.push(unreadable(file.path, error));
    }
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { digest: `sha256:${total.digest('hex')}`, bytes, files };
}

/** What keeps `directory` from being a package at all. */
export function directoryProblems(directory: string): Problem[] {
  const found = fs.statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory()) return [];
  return [
    {
      code: 'PACKAGE_MISSING',
      at: directory,
      what: found === undefined ? 'the directory does not exist' : 'the path is not a directory',
      allowed: 'the directory that holds model.yaml',
      remedy: 'Correct the path; a relative one starts at the working directory.',
    },
  ];
}
