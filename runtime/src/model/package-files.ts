import fs from 'node:fs';
import path from 'node:path';
import { type Problem, show, throwProblems } from '../contract';

/** A regular file inside a package, before it is hashed. */
export interface ListedFile {
  /** Path inside the package with forward slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** Far above any model; keeps a wrong directory (a home, a disk) from being walked to its end. */
const MAX_FILES = 10_000;
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/**
 * All regular files below `directory`, sorted by the UTF-8 bytes of their path. Names starting with a dot are left
 * out, whole directories included: editors and version control put theirs there.
 */
export function listPackageFiles(directory: string, problems: Problem[], maxFiles = MAX_FILES): ListedFile[] {
  const files: ListedFile[] = [];
  const pending = [''];
  while (pending.length > 0) {
    const folder = pending.pop()!;
    for (const entry of readFolder(directory, folder, problems)) {
      if (files.length + pending.length >= maxFiles) throwProblems([tooManyFiles(directory, maxFiles)]);
      const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) pending.push(inside);
      else addFile(directory, inside, entry, files, problems);
    }
  }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function readFolder(directory: string, folder: string, problems: Problem[]): fs.Dirent[] {
  try {
    const entries = fs.readdirSync(path.join(directory, folder), { withFileTypes: true });
    return entries.filter((entry) => !entry.name.startsWith('.'));
  } catch (error) {
    problems.push(unreadable(folder === '' ? directory : folder, error));
    return [];
  }
}

function addFile(
  directory: string,
  inside: string,
  entry: fs.Dirent,
  files: ListedFile[],
  problems: Problem[],
): void {
  const problem = nameProblem(inside) ?? kindProblem(inside, entry);
  if (problem !== undefined) {
    problems.push(problem);
    return;
  }
  try {
    files.push({ path: inside, bytes: fs.statSync(path.join(directory, inside)).size });
  } catch (error) {
    problems.push(unreadable(inside, error));
  }
}

function nameProblem(inside: string): Problem | undefined {
  // U+FFFD stands where the name was not UTF-8; a backslash is a separator elsewhere; control characters break listings.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/[\u0000-\u001f\u007f\\\ufffd]/.test(inside)) return undefined;
  return {
    code: 'PACKAGE_FILE_FORBIDDEN',
    at: show(inside),
    what: 'the file name does not mean the same on every system',
    allowed: 'UTF-8 without backslashes and control characters',
    remedy: 'Rename the file.',
  };
}

function kindProblem(inside: string, entry: fs.Dirent): Problem | undefined {
  if (entry.isFile()) return undefined;
  return {
    code: 'PACKAGE_FILE_FORBIDDEN',
    at: inside,
    what: entry.isSymbolicLink() ? 'the file is a symbolic link' : 'the file is not a regular file',
    allowed: 'regular files and directories',
    remedy: 'Replace it by a copy of the file it stands for, or remove it.',
  };
}

function tooManyFiles(directory: string, maxFiles: number): Problem {
  return {
    code: 'PACKAGE_FILE_FORBIDDEN',
    at: directory,
    what: 'the directory holds too many files for a model package',
    got: `more than ${maxFiles}`,
    allowed: `at most ${maxFiles}`,
    remedy: 'Give the directory that holds model.yaml, and keep other files out of it.',
  };
}

/** Reads a text file of the package; undefined after reporting why it cannot be read. */
export function readText(directory: string, file: string, problems: Problem[]): string | undefined {
  try {
    const full = path.join(directory, file);
    if (fs.statSync(full).size > MAX_TEXT_BYTES) {
      throw new Error(`larger than ${MAX_TEXT_BYTES} bytes`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(full));
  } catch (error) {
    problems.push(unreadable(file, error));
    return undefined;
  }
}

export function unreadable(at: string, error: unknown): Problem {
  return {
    code: 'PACKAGE_FILE_UNREADABLE',
    at,
    what: `the file cannot be read: ${(error as Error).message}`,
    remedy: 'Check its permissions and contents; text files are UTF-8.',
  };
}
