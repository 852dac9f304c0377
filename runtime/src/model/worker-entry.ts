import path from 'node:path';

/** The file of an entry, and what Node needs to run it. */
export interface WorkerEntry {
  readonly file: string;
  readonly execArgv: string[];
}

// From sources (tests, development) an entry is TypeScript, and its thread or process needs the same loader.
const EXTENSION = path.extname(__filename);

/** @param name of the file in the folder, without extension */
export function workerEntry(folder: string, name: string): WorkerEntry {
  return {
    file: path.join(folder, `${name}${EXTENSION}`),
    execArgv: EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [],
  };
}
