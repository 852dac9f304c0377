import type { ScalingPlan } from '../core';
import type { Checker } from './checker';

/**
 * What a plan has when nobody asked for a CPU target or cooldowns: without an autoscaler they mean nothing, so nothing
 * is lost. A test holds these against the plan's own defaults.
 */
export const MEANINGLESS_SCALING = {
  cpuPercent: 60,
  scaleOutCooldownSeconds: 60,
  scaleInCooldownSeconds: 300,
} as const satisfies Partial<ScalingPlan>;

/** Compose keeps a number of containers; it adds and removes none by itself. */
export function checkScaling(check: Checker, scaling: ScalingPlan): void {
  const { minReplicas, maxReplicas, requestsPerReplica } = scaling;
  if (maxReplicas !== minReplicas) {
    check.unsupported('scaling.maxReplicas', {
      what: `Docker Compose has no autoscaler: between ${minReplicas} and ${maxReplicas} replicas nobody would decide`,
      got: maxReplicas,
      allowed: `minReplicas (${minReplicas})`,
      remedy: `Set scaling: { minReplicas: ${minReplicas}, maxReplicas: ${minReplicas} }, as many as the peak needs.`,
    });
  }
  if (minReplicas === 0) {
    check.unsupported('scaling.minReplicas', {
      what: 'nothing would start a replica when a request comes',
      got: minReplicas,
      allowed: '1 or more',
      remedy: 'Raise minReplicas.',
    });
  }
  if (requestsPerReplica !== null) refuse(check, 'requestsPerReplica', requestsPerReplica);
  for (const [field, usual] of Object.entries(MEANINGLESS_SCALING)) {
    const value = scaling[field as keyof typeof MEANINGLESS_SCALING];
    if (value !== usual) refuse(check, field.replace('Seconds', ''), value);
  }
}

function refuse(check: Checker, prop: string, got: number): void {
  check.unsupported(`scaling.${prop}`, {
    what: 'Docker Compose has no autoscaler that would look at it',
    got,
    allowed: 'left out',
    remedy: `Leave scaling.${prop} out, or choose a target that scales: KubernetesEndpoint, or one of a cloud.`,
  });
}
