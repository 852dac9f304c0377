import { type EndpointPlan, isUnresolved } from '../core';
import type { Checker } from './checker';

export type Calculated = readonly (readonly [prop: string, value: number | null | undefined])[];

/** Refuses placeholders where this target calculates: arithmetic on a placeholder gives a wrong number, silently. */
export function checkKnown(check: Checker, plan: EndpointPlan, also: Calculated = []): void {
  const { scaling, resources, rollout, monitoring, runtime } = plan;
  const calculated: Calculated = [
    ...also,
    ['scaling.minReplicas', scaling.minReplicas],
    ['scaling.requestsPerReplica', scaling.requestsPerReplica],
    ['scaling.cpuPercent', scaling.cpuPercent],
    ['resources.cpuMillis', resources.cpuMillis],
    ['resources.memoryMiB', resources.memoryMiB],
    ['rollout.timeout', rollout.timeoutSeconds],
    ['monitoring.errors.window', monitoring.errors?.windowSeconds],
    ['monitoring.errors.minRequests', monitoring.errors?.minRequests],
    ['monitoring.latency.window', monitoring.latency?.windowSeconds],
    ['monitoring.latency.minRequests', monitoring.latency?.minRequests],
    ['runtime.drainDelay', runtime.drainDelayMs],
    ['runtime.drainTimeout', runtime.drainTimeoutMs],
  ];
  refuseUnknown(check, calculated);
}

export function refuseUnknown(check: Checker, calculated: Calculated): void {
  for (const [prop, value] of calculated) {
    if (!isUnresolved(value)) continue;
    check.unsupported(prop, {
      what: 'the target calculates with this value, and it is only known at deployment',
      got: 'a token',
      allowed: 'a number known at synthesis',
      remedy: 'Give the number itself, e.g. from the context of the app.',
    });
  }
}
