import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isFileError } from '../../loading/file-error';

/** Makes a folder and those above it. As `mkdir` does with `recursive`, but that tells of a full disk that a folder is missing. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (!isFileError(error) || error.code !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await make(folder);
  }
}

/** A file in its place is found by whoever writes into it. */
async function make(folder: string): Promise<void> {
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
