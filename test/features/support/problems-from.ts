import { type Problem, ProblemError } from '@inferstack/runtime/contract';

/** The problems that `work` ends in; fails when it ends in none. */
export async function problemsFrom(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error('expected problems, and nothing was thrown');
}
