import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { throwProblems } from '@inferstack/runtime/contract';

/** How a replica is started: `node <execArgv> <file>`. */
export interface RuntimeEntry {
  /** Main module of the serving runtime. */
  readonly file: string;
  /** Options of node itself. @default - none */
  readonly execArgv?: readonly string[];
}

/**
 * A program of the runtime that is installed with this library.
 *
 * @param program `main` serves, `rehearse` tries a rollout.
 * @throws ProblemError LOCAL_RUNTIME_MISSING
 */
export function installedRuntime(program: 'main' | 'rehearse' = 'main'): RuntimeEntry {
  const file = resolveProgram(program);
  if (file === undefined || !existsSync(file)) {
    throwProblems([
      {
        code: 'LOCAL_RUNTIME_MISSING',
        at: '@inferstack/runtime',
        what: 'the serving runtime cannot be started',
        got: file,
        remedy: 'Install the dependencies again; in a clone of this project, run `npm run build`.',
      },
    ]);
  }
  return { file: file! };
}

function resolveProgram(program: string): string | undefined {
  try {
    return createRequire(__filename).resolve(`@inferstack/runtime/${program}`);
  } catch {
    return undefined;
  }
}
