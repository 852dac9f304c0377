import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import { type EndpointPlan, UnsupportedError } from '../core';

/** @throws UnsupportedError when that is the only thing wrong, ProblemError with everything otherwise. */
export function throwPlanProblems(problems: readonly Problem[], { path }: Pick<EndpointPlan, 'path'>): void {
  const [first, ...others] = problems;
  if (first?.code === 'TARGET_UNSUPPORTED' && others.length === 0) throw new UnsupportedError(first);
  throwProblems(problems, path);
}
