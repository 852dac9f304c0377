import path from 'node:path';

/** The file of an entry beside this one, and what Node needs to run it. */
export interface ProcessEntry {
  readonly file: string;
  readonly execArgv: string[];
}

// From sources (tests, development) an entry is TypeScript, and its thread or process needs the same loader.
const EXTENSION = path.extname(__filename);

/** @param name of the file in this folder, without extension */
export function processEntry(name: string): ProcessEntry {
  return {
    file: path.join(__dirname, `${name}${EXTENSION}`),
    execArgv: EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [],
  };
}
