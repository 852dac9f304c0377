import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProblemError } from '@inferstack/runtime/contract';

/** A working directory of its own for each test: the lock and the cache lie in it. */
export function useWorkspace(): void {
  const before = process.cwd();
  beforeEach(() => process.chdir(realpathSync(mkdtempSync(path.join(tmpdir(), 'inferstack-lock-')))));
  afterEach(() => {
    const directory = process.cwd();
    process.chdir(before);
    rmSync(directory, { recursive: true, force: true });
  });
}

/** The problems of a promise that must fail. */
export async function failure(work: Promise<unknown>): Promise<ProblemError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error;
  throw new Error(`expected a ProblemError, got ${String(error)}`);
}
