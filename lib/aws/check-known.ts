import type { Problem } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved } from '../core';

/** A prop and its value. */
export type Calculated = readonly [prop: string, value: number | null | undefined];

/** Refuses placeholders where this target calculates: arithmetic on a placeholder gives a wrong number, silently. */
export function checkKnown(plan: EndpointPlan, more: readonly Calculated[] = []): Problem[] {
  const { path, scaling, resources, rollout, monitoring, runtime } = plan;
  const calculated: readonly Calculated[] = [
    ['resources.cpuMillis', resources.cpuMillis],
    ['scaling.requestsPerReplica', scaling.requestsPerReplica],
    ['rollout.bake', rollout.bakeSeconds],
    ['monitoring.errors.window', monitoring.errors?.windowSeconds],
    ['monitoring.errors.minRequests', monitoring.errors?.minRequests],
    ['monitoring.latency.window', monitoring.latency?.windowSeconds],
    ['monitoring.latency.minRequests', monitoring.latency?.minRequests],
    ['runtime.drainDelay', runtime.drainDelayMs],
    ['runtime.drainTimeout', runtime.drainTimeoutMs],
    ['runtime.requestTimeout', runtime.requestTimeoutMs],
    ...more,
  ];
  return unknownAtSynthesis(path, calculated);
}

/** The same for values of any plan. */
export function unknownAtSynthesis(path: string, calculated: readonly Calculated[]): Problem[] {
  return calculated
    .filter(([, value]) => isUnresolved(value))
    .map(([prop]) => ({
      code: 'TARGET_UNSUPPORTED',
      at: `${path}: ${prop}`,
      what: 'the target calculates with this value, and it is only known at deployment',
      got: 'a token',
      allowed: 'a number known at synthesis',
      remedy: 'Give the number itself, e.g. from the context of the app.',
    }));
}
