import path from 'node:path';
import { type Problem, show } from '../contract';
import type { ListedFile } from './package-files';

export interface PathReference {
  /** Who names the file: a line of the manifest, or the graph. */
  readonly at: string;
  /** The path as written. */
  readonly written: string;
  /** Folder inside the package that the path starts from, '' for the package itself. */
  readonly base: string;
  /** What the file is, for messages. */
  readonly role: string;
}

/**
 * Finds the file of the package that a path means; undefined after reporting why it cannot be used: absolute, leading
 * outside, hidden (names starting with a dot are not part of the package), or not there.
 */
export function resolveInside(
  { at, written, base, role }: PathReference,
  files: readonly ListedFile[],
  problems: Problem[],
): ListedFile | undefined {
  const got = show(written);
  const steps = written.split('/').filter((step) => step !== '.');
  const normal = path.posix.join(base, ...steps);
  if (leadsOutside(written) || normal.split('/').some((step) => step.startsWith('.'))) {
    problems.push({
      code: 'PACKAGE_PATH',
      at,
      what: `the path of the ${role} leads outside the package or to a hidden file`,
      got,
      allowed: 'a relative path with forward slashes, without .. and without names that start with a dot',
      remedy: 'Put the file into the package and correct the path.',
    });
    return undefined;
  }
  const found = files.find((file) => file.path === normal);
  if (found === undefined) problems.push(missingFile(at, role, normal));
  return found;
}

/** Whether a path could mean a file outside its base on any system. */
export function leadsOutside(written: string): boolean {
  return /^(\/|[A-Za-z]:)|\\/.test(written) || written.includes('\0') || written.split('/').includes('..');
}

export function missingFile(at: string, role: string, file: string): Problem {
  return {
    code: 'PACKAGE_FILE_MISSING',
    at,
    what: `the ${role} is missing`,
    allowed: file,
    remedy: 'Add the file to the package, or correct its name.',
  };
}
