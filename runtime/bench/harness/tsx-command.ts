import { pathToFileURL } from 'node:url';

/** The command line that runs a TypeScript file of this folder with this very Node.js. */
export function tsxCommand(file: string, ...args: string[]): string[] {
  return [process.execPath, '--import', pathToFileURL(require.resolve('tsx')).href, file, ...args];
}
