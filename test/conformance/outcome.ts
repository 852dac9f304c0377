import { ProblemError } from '@inferstack/runtime/contract';
import type { EndpointPlan } from 'inferstack';
import type { ConformanceTarget, Rendered } from './conformance-target';

/**
 * What became of a changed field. `native`: the platform's own resources differ. `emulated`: the runtime alone does it.
 * `unsupported`: refused. `dropped`: nothing changed, which no target may do.
 */
export type Outcome = 'native' | 'emulated' | 'unsupported' | 'dropped';

/** @throws whatever else is wrong: a change that the platform calls a mistake proves nothing. */
export function outcomeOf(target: ConformanceTarget, before: Rendered, plan: EndpointPlan): Outcome {
  const after = bindOrRefuse(target, plan);
  if (after === undefined) return 'unsupported';
  if (JSON.stringify(after.platform) !== JSON.stringify(before.platform)) return 'native';
  if (JSON.stringify(after.runtimeConfig) !== JSON.stringify(before.runtimeConfig)) return 'emulated';
  return 'dropped';
}

function bindOrRefuse(target: ConformanceTarget, plan: EndpointPlan): Rendered | undefined {
  try {
    return target.bind(plan);
  } catch (error) {
    const refusals = ['TARGET_UNSUPPORTED', ...target.limits];
    if (error instanceof ProblemError && error.problems.every(({ code }) => refusals.includes(code))) {
      return undefined;
    }
    throw error;
  }
}
