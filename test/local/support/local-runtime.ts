import path from 'node:path';
import type { RuntimeEntry } from 'inferstack/local';

export const ROOT = path.resolve(__dirname, '..', '..', '..');

/** The real serving runtime, started from its sources. */
export const runtime: RuntimeEntry = {
  file: path.join(ROOT, 'runtime', 'src', 'main.ts'),
  execArgv: ['--import', 'tsx'],
};

export const app = (name: string): string => path.join(ROOT, 'test', 'local', 'apps', `${name}.ts`);
